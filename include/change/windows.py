"""Change windows: when changes to an environment may be applied. Safe across daylight saving time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

from include.core.changes import Change
from include.policies.windows import Blackout, Window

SHIFT = timedelta(hours=3)
"""More than any zone's clock ever jumps: how far local times are searched beyond the window."""


def closed(windows: list[Window], changes: Iterable[Change], now: datetime) -> list[str]:
    """Why the changes must wait, one reason per environment; empty when every window they need is open.

    An environment that no window names may change at any time; where several name it, one open is enough.
    """
    reasons = []
    for environment in sorted({change.environment for change in changes}, key=str):
        holding = [w for w in windows if w.environment is None or environment in w.environment]
        if holding and not any(is_open(window, now) for window in holding):
            opens = min(opens_at(window, now) for window in holding)
            whose = environment or "untagged resources"
            reasons.append(f"the change window for {whose} opens at {opens:%Y-%m-%d %H:%M} UTC")
    return reasons


def blacked_out(blackouts: list[Blackout], changes: Iterable[Change], now: datetime) -> list[str]:
    """Why the changes must wait, one reason per blackout that covers one of their environments today."""
    environments = {change.environment for change in changes}
    reasons = []
    for blackout in blackouts:
        whose = environments if blackout.environment is None else environments & {*blackout.environment}
        today = now.astimezone(ZoneInfo(blackout.timezone)).date()
        if whose and blackout.first <= today <= blackout.last:
            names = ", ".join(sorted(name or "untagged resources" for name in whose))
            until = f"the end of {blackout.last} {blackout.timezone}"
            reasons.append(f"blackout for {names} until {until}: {blackout.reason}")
    return reasons


def is_open(window: Window, now: datetime) -> bool:
    """Whether the cron fired less than `hours` of elapsed time ago (its own first moment included)."""
    zone, length = ZoneInfo(window.timezone), timedelta(hours=window.hours)
    search = croniter(window.cron, _local(now + SHIFT, zone), ret_type=datetime)
    earliest = _local(now - length - SHIFT, zone)
    while (fired := search.get_prev()) >= earliest:
        if timedelta(0) <= now - _moment(fired, zone) < length:
            return True
    return False


def opens_at(window: Window, now: datetime) -> datetime:
    """The next moment (UTC) after `now` at which the cron fires."""
    zone = ZoneInfo(window.timezone)
    search = croniter(window.cron, _local(now - SHIFT, zone), ret_type=datetime)
    while (moment := _moment(search.get_next(), zone)) <= now:
        pass
    return moment


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock in `zone`, as cron reads it."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the wall clock first shows `wall`; a time skipped in spring counts by the clock before it."""
    return wall.replace(tzinfo=zone).astimezone(UTC)
