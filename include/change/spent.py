"""What the ledger says was changed lately: the day's limits and each resource's cool-down.

Counted where plans are made, and again in every claim, under a lock: two plans at once cannot both take the
last change of a day. The way back is never held up: rollbacks are counted, and not limited.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text, true
from sqlalchemy.orm import Session

from include.change import limits
from include.change.limits import Tally
from include.core.changes import Change
from include.ledger.models import ROLLBACKS, ExecutionRecord, PlanRecord
from include.policies.limits import Limits

DAY = timedelta(hours=24)
BEGUN = ("claimed", "applied", "verified", "failed", "unknown", "rolled_back")
"""States of a change that was begun; one found stale, or skipped, changed nothing."""
CHANGED = ("claimed", "applied", "verified", "unknown", "rolled_back")
"""States of a change that did, or may have done, something: these start a cool-down."""
LOCK = "watchkeeper limits"


def day(session: Session, now: datetime, *, but: ExecutionRecord | None = None) -> Tally:
    """What every run has begun in the last 24 hours; `but`: without this one."""
    return _tally(session, but, ExecutionRecord.claimed_at > now - DAY)


def run(session: Session, record: PlanRecord, *, but: ExecutionRecord) -> Tally:
    """What the plans of one run have begun; `but`: without this one."""
    mine = select(PlanRecord.digest).where(
        PlanRecord.dag_id == record.dag_id, PlanRecord.run_id == record.run_id
    )
    return _tally(session, but, ExecutionRecord.digest.in_(mine))


def cooling(
    session: Session,
    changes: Sequence[Change],
    hours: float,
    now: datetime,
    *,
    but: ExecutionRecord | None = None,
) -> dict[str, str]:
    """{change id: why its resource is to be left alone}, for those changed less than `hours` ago."""
    period = timedelta(hours=hours)
    last = last_changed(session, changes, now - period - DAY, but=but)
    return {
        change_id: f"cooling down: it was changed less than {hours:g} h ago, left alone until "
        f"{at + period:%Y-%m-%d %H:%M} UTC"
        for change_id, at in last.items()
        if at + period > now
    }


def last_changed(
    session: Session,
    changes: Sequence[Change],
    since: datetime,
    *,
    but: ExecutionRecord | None = None,
    states: Sequence[str] = CHANGED,
) -> dict[str, datetime]:
    """{change id: when its resource was last changed}, for those that were claimed after `since`."""
    one = ExecutionRecord
    at = func.max(func.coalesce(one.finished_at, one.claimed_at))
    query = (
        select(one.account_id, one.region, one.resource_type, one.resource_id, at)
        .where(_others(but), one.state.in_(states), one.claimed_at > since)
        .where(one.resource_id.in_({change.resource_id for change in changes}))
        .group_by(one.account_id, one.region, one.resource_type, one.resource_id)
    )
    last: dict[tuple[str, ...], datetime] = {tuple(row[:4]): row[4] for row in session.execute(query)}
    places = {
        change.change_id: (change.account_id, change.region, change.resource_type, change.resource_id)
        for change in changes
    }
    return {change_id: last[place] for change_id, place in places.items() if place in last}


def refusal(
    session: Session,
    record: PlanRecord,
    execution: ExecutionRecord,
    change: Change,
    policy: Limits,
    now: datetime,
) -> str | None:
    """Why this change would pass a limit of the policy in force, now that it is to be claimed."""
    if record.origin in ROLLBACKS:
        return None
    session.flush()
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": LOCK})
    cooled = cooling(session, [change], policy.cooldown_hours, now, but=execution)
    return cooled.get(change.change_id) or limits.over(
        change,
        policy,
        run=run(session, record, but=execution),
        day=day(session, now, but=execution),
    )


def _tally(session: Session, but: ExecutionRecord | None, *where: Any) -> Tally:
    one = ExecutionRecord
    spent = func.coalesce(func.sum(func.abs(one.saving_usd_month)), 0)
    query = (
        select(one.account_id, one.region, one.resource_type, func.count(), spent)
        .where(_others(but), one.state.in_(BEGUN), one.claimed_at.is_not(None), *where)
        .group_by(one.account_id, one.region, one.resource_type)
    )
    rows = session.execute(query).all()
    fleets = Counter({(row[0], row[1], row[2]): row[3] for row in rows})
    return Tally(fleets.total(), fleets, sum((Decimal(row[4]) for row in rows), Decimal(0)))


def _others(but: ExecutionRecord | None) -> ColumnElement[bool]:
    if but is None:
        return true()
    return or_(ExecutionRecord.digest != but.digest, ExecutionRecord.change_id != but.change_id)
