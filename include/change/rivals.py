"""Two domains never change one resource at once: what saves and what makes room see each other.

Asked where plans are made, one run at a time, of other domains' open plans, recent changes and fresh
findings; and again in every claim, of what another domain has begun by then. So whichever is begun first
wins, in whatever order they were signed off. The way back is never held up.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from include.change.spent import CHANGED
from include.core.changes import Change
from include.ledger import Ledger
from include.ledger.models import ROLLBACKS, ExecutionRecord, PlanRecord

OPEN_PLANS = {
    "awaiting_sign_off": "awaits its sign-off",
    "signed_off": "is signed off",
    "waiting_at_gate": "waits at the gate",
    "applying": "is being applied",
}
QUIET = timedelta(days=7)
"""How long another domain's change is left to show its effect: a week of telemetry."""
GROWS = "capacity"
"""The domain whose findings outrank those that take away."""

LOCK = "watchkeeper planning"
MADE = tuple(state for state in CHANGED if state != "rolled_back")
"""States of a change that did, or may have done, something, and was not undone."""

Key = tuple[str, str, str, str]
PLACE = ("account_id", "region", "resource_type", "resource_id")
TARGETS = {"table": "dynamodb_tables", "service": "ecs_services"}
ALIASES = {"lambda_concurrency": "lambda_functions"}


@contextmanager
def planning_alone(ledger: Ledger) -> Iterator[Session]:
    """One run plans at a time: what it stores in this block, the next one sees."""
    with ledger.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": LOCK})
        yield session


def key(account_id: str, region: str, resource_type: str, resource_id: str) -> Key:
    """What names a resource whatever dataset lists it: a scaling target is the table or service it scales."""
    if resource_type == "scaling_targets":
        kind, _, rest = resource_id.partition("/")
        name = rest.rpartition("/")[0].partition("/index/")[0]
        return (account_id, region, TARGETS.get(kind, kind), name)
    return (account_id, region, ALIASES.get(resource_type, resource_type), resource_id)


def in_plans(
    session: Session, changes: Sequence[Change], domain: str, groups: pl.DataFrame, now: datetime
) -> dict[str, str]:
    """{change id: why}: another domain's open plan, or change of the last QUIET, is on the same resource.

    `groups`: the snapshot's autoscaling_groups, for an instance is changed with its group.
    """
    wider = _memberships(groups)
    taken: dict[Key, str] = {}
    for other in _others(session, domain, now):
        for one in _with_groups(key(*_place(other)), wider):
            taken.setdefault(one, _says(other))
    return {
        change.change_id: taken[one]
        for change in changes
        for one in _with_groups(key(*_place(change)), wider)
        if one in taken
    }


def in_findings(changes: Iterable[Change], domain: str, beside: pl.DataFrame) -> dict[str, str]:
    """{change id: why}: `beside`, FINDINGS of other domains, says FAIL of the same resource and contradicts.

    What runs out is not made smaller, whatever that saves. What makes room gives way only to a finding that
    asks for the same action.
    """
    found: dict[Key, list[dict[str, Any]]] = {}
    for row in beside.filter(pl.col("status") == "FAIL", pl.col("domain") != domain).iter_rows(named=True):
        found.setdefault(key(*(row[name] for name in PLACE)), []).append(row)
    said = {}
    for change in changes:
        for row in found.get(key(*_place(change)), ()):
            if GROWS in {row["domain"], domain} and (domain != GROWS or row["action"] == change.action):
                said[change.change_id] = (
                    f"{row['domain']} says otherwise of this resource ({row['check_id']}): {row['reason']}"
                )
    return said


def refusal(session: Session, record: PlanRecord, change: Change, now: datetime) -> str | None:
    """Why this change may not be claimed: another domain has begun one on the same resource."""
    if record.origin in ROLLBACKS:
        return None
    mine, one = key(*_place(change)), ExecutionRecord
    near = (one.account_id == mine[0]) & (one.region == mine[1])
    near &= one.resource_id.contains(mine[3], autoescape=True) & one.state.in_(MADE)
    found = (other for other in _others(session, record.domain, now, near) if key(*_place(other)) == mine)
    return next(map(_says, found), None)


def _place(one: Any) -> tuple[str, str, str, str]:
    account_id, region, resource_type, resource_id = (getattr(one, name) for name in PLACE)
    return (account_id, region, resource_type, resource_id)


def _others(session: Session, domain: str, now: datetime, *where: ColumnElement[bool]) -> list[Any]:
    """Rows of other domains' changes to come, under way, or made lately, with their plan's state."""
    one, plan = ExecutionRecord, PlanRecord
    to_come = plan.state.in_(OPEN_PLANS) & one.state.in_(("planned", "claimed"))
    made = one.state.in_(MADE) & (one.claimed_at > now - QUIET) & plan.origin.not_in(ROLLBACKS)
    columns = [getattr(one, name) for name in (*PLACE, "digest", "state", "claimed_at")]
    query = (
        select(*columns, plan.domain, plan.state.label("plan_state"))
        .join(plan, plan.digest == one.digest)
        .where(plan.domain != domain, to_come | made, *where)
        .order_by(plan.created_at, one.position)
    )
    return list(session.execute(query))


def _says(other: Any) -> str:
    named = f"plan {other.digest[:12]} of {other.domain}"
    if other.state in MADE and other.claimed_at is not None:
        return (
            f"{named} changed it on {other.claimed_at:%Y-%m-%d %H:%M} UTC: two domains leave each other "
            f"{QUIET.days} days to show their effect"
        )
    now = OPEN_PLANS[other.plan_state]
    return f"{named} is on the same resource and {now}: settle that first, then sweep again"


def _memberships(groups: pl.DataFrame) -> dict[Key, Key]:
    """{instance: its Auto Scaling group}."""
    if not {*PLACE[:2], "resource_id", "instance_ids"} <= set(groups.columns):
        return {}
    rows = groups.select("account_id", "region", "resource_id", "instance_ids").iter_rows()
    return {
        (account, region, "ec2_instances", instance): (account, region, "autoscaling_groups", group)
        for account, region, group, instances in rows
        for instance in instances or ()
    }


def _with_groups(one: Key, wider: dict[Key, Key]) -> list[Key]:
    return [one, wider[one]] if one in wider else [one]
