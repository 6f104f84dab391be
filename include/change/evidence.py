"""Findings that rest on telemetry from before the resource was last changed: they say nothing of it as it is.

Without this a machine made smaller because of two quiet weeks would be found too large again the next day, by
nearly the same two weeks, and made smaller every day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from include.change.overlaps import Finding
from include.change.spent import CHANGED, DAY, last_changed
from include.core.changes import Change

KEPT = tuple(state for state in CHANGED if state != "rolled_back")
"""What was rolled back is as it was when the telemetry was made."""


def outdated(
    session: Session, changes: Sequence[Change], found: Mapping[str, Finding], as_of: datetime
) -> dict[str, str]:
    """{change id: why what found it does not count}; `found`: the finding behind each change id, whose
    `window_days` of telemetry end at `as_of` (null: it rests on none)."""
    windows = {
        change.change_id: timedelta(days=days)
        for change in changes
        if (days := found[change.change_id].get("window_days"))
    }
    if not windows:
        return {}
    last = last_changed(session, changes, as_of - max(windows.values()) - DAY, states=KEPT)
    return {
        change_id: f"it was changed on {at:%Y-%m-%d %H:%M} UTC, and the {window.days} days of telemetry that "
        f"found it begin before: judged anew from {at + window:%Y-%m-%d} on"
        for change_id, window in windows.items()
        if (at := last.get(change_id)) is not None and at + window > as_of
    }
