"""What lets a plan be rolled back without a new sign-off: its own inverse, and the journal's word for it.

Asked again in every claim of such a plan, never taken from the plan's row: see docs/adr/0006.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from include.change._types import ActionFor
from include.change.decision import decide
from include.core.changes import Change, ChangePlan, Step
from include.core.errors import PlanChanged, WatchkeeperError
from include.ledger import executions, plans
from include.ledger.journal import row_hash
from include.ledger.models import ExecutionRecord, JournalRecord, Origin, PlanRecord
from include.policies.change import Cause, ChangePolicy

AUTOMATIC: Origin = "auto_rollback"
TRIPPED = "alarm.tripped"
STILL_FOUND = "change.still_found"
APPLIED = "change.applied"
UNDOABLE = frozenset({"applied", "verified", "failed"})
"""States of a change that was applied and has not been rolled back; `failed` when its rule still finds it."""


def accused(session: Session, digest: str) -> bool:
    """Whether the journal says anything at all against a plan: a first look, before each entry is proven."""
    entry = JournalRecord
    told = select(entry.seq).where(entry.subject == digest, entry.kind.in_((TRIPPED, STILL_FOUND)))
    return session.scalars(told.limit(1)).first() is not None


def causes(session: Session, digest: str, change_id: str, policy: ChangePolicy, now: datetime) -> list[Cause]:
    """Why this applied change is to be rolled back by itself, by policy and the journal; usually nothing."""
    since = now - timedelta(hours=policy.sign_off.valid_hours)
    found: list[Cause] = []
    if any(entry.at > since for entry, _ in _proven(session, digest, TRIPPED)):
        found.append("alarm")
    if any(entry.at > since for entry, _ in _proven(session, digest, STILL_FOUND, change_id)):
        found.append("still_found")
    return [cause for cause in found if cause in policy.roll_back_on]


def refusal(
    session: Session,
    plan: ChangePlan,
    policy: ChangePolicy,
    change: Change,
    now: datetime,
    action: ActionFor,
) -> str | None:
    """Why this change of an automatic rollback may not be applied; None when it may.

    It is exactly the inverse of what the parent applied, the journal holds the cause, and policy still rolls
    back on it and does not forbid it. Freezes and windows are not asked.
    """
    undoes = executions.locked(session, plan.digest, change.change_id).undoes or ""
    parent, _, undone = undoes.partition("/")
    if not parent or parent != plan.parent_digest:
        return "it names no change of the plan that it rolls back"
    decision = decide(policy, change, plan.domain)
    if decision.level == "forbid":
        return f"forbidden by {decision.why}"
    if not causes(session, parent, undone, policy, now):
        return (
            f"nothing rolls {undone} back by itself: the journal holds no proven cause of the last "
            f"{policy.sign_off.valid_hours} hours that policy's roll_back_on names"
        )
    return _not_its_inverse(session, parent, undone, change, action)


def _not_its_inverse(
    session: Session, parent: str, undone: str, change: Change, action: ActionFor
) -> str | None:
    record = session.get(PlanRecord, parent, populate_existing=True)
    execution = session.get(ExecutionRecord, (parent, undone), populate_existing=True)
    if record is None or execution is None or execution.state not in UNDOABLE:
        state = execution.state if execution else "not there"
        return f"{undone} of plan {parent[:12]} is {state}: nothing to roll back"
    results = [body["result"] for _, body in _proven(session, parent, APPLIED, undone)]
    if not results or results[-1] is None:
        return f"the journal does not prove that {undone} of plan {parent[:12]} was applied"
    try:
        original = next(one for one in plans.content(record).changes if one.change_id == undone)
        step = action(original.action).inverse(
            original.resource_id, original.before, original.params, results[-1]
        )
    except (PlanChanged, WatchkeeperError) as error:
        return str(error)
    mine = Step(action=change.action, resource_id=change.resource_id, params=change.params)
    there = (original.account_id, original.region) == (change.account_id, change.region)
    return None if mine == step and there else f"it is not the inverse of {undone} of plan {parent[:12]}"


def _proven(
    session: Session, subject: str, kind: str, change_id: str | None = None
) -> Iterator[tuple[JournalRecord, dict[str, Any]]]:
    """The journal's entries (of one change) that are as written and in their place, oldest first."""
    query = select(JournalRecord).where(JournalRecord.subject == subject, JournalRecord.kind == kind)
    if change_id is not None:
        query = query.where(JournalRecord.body.contains(change_id, autoescape=True))
    for row in session.scalars(query.order_by(JournalRecord.seq)).all():
        body = json.loads(row.body)
        if change_id is not None and body.get("change_id") != change_id:
            continue
        beside = select(JournalRecord).where(JournalRecord.seq.in_((row.seq - 1, row.seq + 1)))
        near = {one.seq: one for one in session.scalars(beside)}
        before, after = near.get(row.seq - 1), near.get(row.seq + 1)
        whole = row.hash == row_hash(row.seq, row.at, row.kind, row.subject, row.body, row.prev_hash)
        follows = before.hash == row.prev_hash if before else row.seq == 1
        if whole and follows and (after is None or after.prev_hash == row.hash):
            yield row, body
