"""Writing down what became of changes, and of their plan."""

from datetime import datetime

from sqlalchemy.orm import Session

from include.change import telling
from include.change.authority import TRIPPED
from include.change.carry import Outcome
from include.change.waves import Stop
from include.ledger import executions, plans
from include.ledger.journal import Entry
from include.ledger.models import ExecutionRecord, PlanState


def settle(session: Session, digest: str, change_id: str, outcome: Outcome, *, now: datetime) -> str:
    """Write the outcome of a claimed change; its state. What somebody else settled meanwhile stays."""
    execution = executions.locked(session, digest, change_id)
    if execution.state != "claimed":
        return execution.state
    execution.state = outcome.state
    execution.reason = outcome.reason
    execution.error_code = outcome.error_code
    execution.result = outcome.result
    execution.live = {"state": outcome.live} if outcome.live_read else None
    execution.finished_at = now
    body = {
        "change_id": change_id,
        "why": outcome.reason,
        "error_code": outcome.error_code,
        "recovered": outcome.recovered,
        "result": outcome.result,
    }
    entries = [Entry(f"change.{outcome.state}", digest, body)]
    if outcome.state == "applied" and execution.undoes:
        entries.append(_rolled_back(session, execution.undoes, digest, now))
    telling.append(session, entries, at=now)
    return outcome.state


def busy(session: Session, digest: str, change_id: str, *, now: datetime) -> str:
    """Another plan is changing the resource at this moment: what was planned for it no longer holds."""
    execution = executions.locked(session, digest, change_id)
    if execution.state != "planned":
        return execution.state
    execution.state = "stale"
    execution.reason = "another plan is changing this resource at this moment"
    execution.finished_at = now
    body = {"change_id": change_id, "why": execution.reason}
    telling.append(session, [Entry("change.stale", digest, body)], at=now)
    return execution.state


def finish(session: Session, digest: str, *, stop: Stop | None, now: datetime) -> PlanState:
    """Skip what is still planned when the run was stopped, and give the plan its state."""
    record = plans.locked(session, digest)
    entries = []
    if stop and stop.cause == "alarm":
        entries.append(Entry(TRIPPED, digest, {"why": stop.why}))
    for execution in executions.of_plan(session, digest, lock=True) if stop else ():
        if stop and execution.state == "planned":
            entries.append(_skipped(execution, stop.why, now))
    session.flush()
    counts = executions.counts(session, digest)
    state = executions.plan_state(counts)
    record.state = state
    body = {
        "state": state,
        "changes": {name: count for name, count in counts.items() if count},
        "stopped": stop.why if stop else None,
    }
    telling.append(session, [*entries, Entry("apply.finished", digest, body)], at=now)
    return state


def abandon(session: Session, digest: str, why: str, *, now: datetime) -> None:
    """The plan cannot be trusted any more: what was begun is for a human, the rest is never begun."""
    record = plans.locked(session, digest)
    entries = []
    for execution in executions.of_plan(session, digest, lock=True):
        if execution.state == "planned":
            entries.append(_skipped(execution, why, now))
        elif execution.state == "claimed":
            execution.state, execution.reason, execution.finished_at = "unknown", why, now
            body = {"change_id": execution.change_id, "why": why}
            entries.append(Entry("change.unknown", digest, body))
    session.flush()
    record.state = executions.plan_state(executions.counts(session, digest))
    telling.append(session, [*entries, Entry("apply.refused", digest, {"why": why})], at=now)


def _skipped(execution: ExecutionRecord, why: str, now: datetime) -> Entry:
    execution.state, execution.reason, execution.finished_at = "skipped", why, now
    return Entry("change.skipped", execution.digest, {"change_id": execution.change_id, "why": why})


def _rolled_back(session: Session, undoes: str, by: str, now: datetime) -> Entry:
    """The change that was undone, and its plan, say so."""
    digest, change_id = undoes.split("/")
    record = plans.locked(session, digest)
    execution = executions.locked(session, digest, change_id)
    execution.state = "rolled_back"
    execution.reason = f"rolled back by plan {by[:12]}"
    session.flush()
    record.state = executions.plan_state(executions.counts(session, digest))
    return Entry("change.rolled_back", digest, {"change_id": change_id, "by": by})
