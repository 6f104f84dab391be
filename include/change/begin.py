"""Where apply begins: is it the plan that was signed off, may it be applied now, and is every alarm OK?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from include.change import gate, telling
from include.change.settle import abandon
from include.change.waves import Stop
from include.core.changes import ChangePlan
from include.core.errors import Blocked, NotSignedOff, PlanChanged, PolicyError, WatchkeeperError
from include.ledger import executions, plans
from include.ledger.connection import transaction_on
from include.ledger.journal import Entry
from include.ledger.models import ROLLBACKS, PlanRecord
from include.policies.change import ChangePolicy, change_policy

FINISHED = frozenset({"applied", "partly_applied", "failed", "rolled_back"})
"""A plan that was applied is not applied again: the task may be cleared and run as often as one likes."""


@dataclass(frozen=True)
class Ready:
    """A plan that may be applied; `states` {change id: state} so far, as an earlier attempt left them."""

    plan: ChangePlan
    policy: ChangePolicy
    version: str
    rolls_back: bool
    states: dict[str, str]

    @property
    def begun(self) -> bool:
        return any(state not in {"planned", "left_out"} for state in self.states.values())


def ready(connection: Connection, digest: str, now: datetime) -> Ready | None:
    """The verified plan with its policy; None when it was applied before."""
    with transaction_on(connection) as session:
        record = plans.locked(session, digest)
        if record.state in FINISHED:
            telling.append(session, [Entry("apply.repeated", digest, {"state": record.state})], at=now)
            return None
        states = {e.change_id: e.state for e in executions.of_plan(session, digest)}
        version: str | None = None
        refused: WatchkeeperError | None
        try:
            plan = plans.content(record)
            policy, version = change_policy()
        except (PlanChanged, PolicyError) as error:
            refused = error
        else:
            refused = _refusal(session, record, policy, states, now)
            if refused is None:
                return Ready(plan, policy, version, record.origin in ROLLBACKS, states)
        if isinstance(refused, PlanChanged):
            abandon(session, digest, str(refused), now=now)
        else:
            body = {"why": str(refused), "policy_version": version}
            telling.append(session, [Entry("apply.refused", digest, body)], at=now)
    raise refused


def begin(connection: Connection, found: Ready, worker: str, held: Stop | None, now: datetime) -> None:
    """Mark the plan as being applied; Blocked when it is held before anything was begun."""
    digest = found.plan.digest
    blocked = held if held and not found.begun else None
    with transaction_on(connection) as session:
        record = plans.locked(session, digest)
        if blocked:
            gate.note(record, gate.Verdict("wait", [blocked.why]))
            said = {"worker": worker, "why": blocked.why, "policy_version": found.version}
            entry = Entry("apply.blocked", digest, said)
        else:
            record.state = "applying"
            body = {
                "worker": worker,
                "policy_version": found.version,
                "changes": len(found.plan.changes),
                "held": held.why if held else None,
            }
            entry = Entry("apply.started", digest, body)
        telling.append(session, [entry], at=now)
    if blocked:
        raise Blocked(
            f"plan {digest[:12]} is not applied now: {blocked.why}. It stays as it is: run apply again once "
            "the alarm is OK, while its sign-off is valid."
        )


def _refusal(
    session: Session, record: PlanRecord, policy: ChangePolicy, states: dict[str, str], now: datetime
) -> NotSignedOff | None:
    """Why the plan may not be applied at all. One that was begun goes on: its claims must be settled, and
    each change not begun is judged, and if need be skipped, by its own claim."""
    verdict = gate.judge(session, record, policy, now)
    begun = record.state == "applying" and (verdict.state == "closed" or "claimed" in states.values())
    if verdict.state == "open" or begun:
        return None
    gate.note(record, verdict)
    return NotSignedOff(f"plan {record.digest[:12]} is not applied: {'; '.join(verdict.reasons)}")
