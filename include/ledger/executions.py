"""How far each change of a plan has come."""

from typing import get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from include.ledger.models import ExecutionRecord, ExecutionState, PlanState

DONE = frozenset({"applied", "verified"})
OPEN = frozenset({"planned", "claimed"})
FAILED = frozenset({"failed", "unknown"})


def of_plan(session: Session, digest: str, *, lock: bool = False) -> list[ExecutionRecord]:
    """Every execution of a plan, in the plan's order; `lock` holds them until the transaction ends."""
    query = select(ExecutionRecord).where(ExecutionRecord.digest == digest).order_by(ExecutionRecord.position)
    if lock:
        query = query.with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def locked(session: Session, digest: str, change_id: str) -> ExecutionRecord:
    """One execution, locked until the transaction ends."""
    one = (ExecutionRecord.digest == digest, ExecutionRecord.change_id == change_id)
    query = select(ExecutionRecord).where(*one).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def claimed_elsewhere(session: Session, execution: ExecutionRecord) -> str | None:
    """Another plan whose claim on the same resource is not settled: nobody knows yet what it did."""
    one = ExecutionRecord
    same = (
        one.account_id == execution.account_id,
        one.region == execution.region,
        one.resource_id == execution.resource_id,
    )
    query = select(one.digest).where(*same, one.state == "claimed", one.digest != execution.digest)
    return session.scalars(query.limit(1)).first()


def counts(session: Session, digest: str) -> dict[ExecutionState, int]:
    """{state: number of changes}; every state is there."""
    grouped = (
        select(ExecutionRecord.state, func.count())
        .where(ExecutionRecord.digest == digest)
        .group_by(ExecutionRecord.state)
    )
    found = {row[0]: row[1] for row in session.execute(grouped)}
    return {state: found.get(state, 0) for state in get_args(ExecutionState)}


def plan_state(found: dict[ExecutionState, int]) -> PlanState:
    """What the plan is once its changes are in these states."""
    total = sum(found.values()) - found["left_out"]
    done = found["applied"] + found["verified"]
    if found["planned"] or found["claimed"]:
        return "applying"
    if found["rolled_back"] and not done:
        return "rolled_back"
    if done == total:
        return "applied"
    return "partly_applied" if done or found["rolled_back"] else "failed"
