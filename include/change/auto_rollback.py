"""The way back without waiting for a human: when an alarm tripped, or a rule still finds what was changed.

The plan it stores has no sign-off. What lets each change of it through is `authority`, asked in every claim.
Safe to run again: a change is rolled back by one automatic plan, which goes on where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from include.change import telling
from include.change._types import ActionFor, ClientFor, known_action
from include.change.apply import apply_plan
from include.change.authority import AUTOMATIC, UNDOABLE, accused, causes
from include.change.patience import Pause, reading_patiently
from include.change.rollback import Inverses, inverses
from include.change.storing import store_plans
from include.change.verify import verify_plan
from include.ledger import Ledger, executions, plans
from include.ledger.journal import Entry
from include.ledger.models import ExecutionRecord, PlanRecord
from include.policies.change import Cause, ChangePolicy, change_policy

NOT = "not rolled back: "
GOING_ON = frozenset({"signed_off", "waiting_at_gate", "applying"})
"""States of a rollback that was not applied to its end."""


@dataclass(frozen=True)
class RolledBack:
    """What became of the original's changes. `digests`: the plans that rolled it back, `why`: what for, when
    that was found just now."""

    digests: list[str]
    why: list[str]
    states: dict[str, str]
    reasons: dict[str, str]


def roll_back(
    ledger: Ledger,
    digest: str,
    clients: ClientFor,
    readers: ClientFor,
    *,
    worker: str,
    now: Callable[[], datetime],
    pause: Pause,
    action: ActionFor = known_action,
) -> RolledBack | None:
    """Roll back what the journal and policy say must be, of what `digest` applied; None: nothing.

    `clients` use the change role, `readers` the read role. What has no way back, or could not take it, keeps
    its state and says why. Raises what `apply_plan` raises; then run it again.
    """
    policy, version = change_policy()
    why, due = _due(ledger, digest, policy, now())
    if due:
        found = inverses(ledger, digest, policy, readers, reading_patiently(action, pause), due)
        _store(ledger, found, why, version, now())
    made = _plans_of(ledger, digest)
    for one, state in made.items():
        if state in GOING_ON:
            apply_plan(ledger, one, clients, worker=worker, now=now, pause=pause, action=action)
        verify_plan(ledger, one, lambda changes: set(), now())
    return _told(ledger, digest, list(made), why, now()) if made or due else None


def _due(ledger: Ledger, digest: str, policy: ChangePolicy, now: datetime) -> tuple[list[Cause], set[str]]:
    """The causes, and the ids of the changes to roll back that no automatic plan rolls back yet."""
    with ledger.transaction() as session:
        if not accused(session, digest):
            return [], set()
        begun = set(session.scalars(select(ExecutionRecord.undoes).where(_undoing(digest))))
        found = {
            one.change_id: causes(session, digest, one.change_id, policy, now)
            for one in executions.of_plan(session, digest)
            if one.state in UNDOABLE
            and one.result is not None
            and f"{digest}/{one.change_id}" not in begun
            and NOT not in (one.reason or "")
        }
    due = {change_id for change_id, why in found.items() if why}
    return sorted({cause for why in found.values() for cause in why}), due


def _store(ledger: Ledger, found: Inverses, why: list[Cause], version: str, now: datetime) -> None:
    """Store the inverse, and say on the original what goes back, why, and what does not."""
    digest = found.original.digest
    with ledger.transaction() as session:
        record = plans.locked(session, digest)
        dag_id, run_id = record.dag_id, record.run_id
        entries = [
            _stays(executions.locked(session, digest, change.change_id), said)
            for change, said in found.left_out
        ]
        changes = [change.change_id for change, _ in found.kept]
        body = {"causes": why, "changes": changes, "policy_version": version}
        telling.append(session, [Entry("rollback.automatic", digest, body), *entries], at=now)
    head = {"level": "auto", "run": f"{dag_id}/{run_id}", "requester": None, "policy_version": version}
    made = [found.plan([inverse for _, inverse in found.kept], **head)] if found.kept else []
    store_plans(
        ledger,
        made,
        [],
        version,
        origin=AUTOMATIC,
        dag_id=dag_id,
        run_id=run_id,
        now=now,
        undoes=found.undoes,
    )


def _plans_of(ledger: Ledger, digest: str) -> dict[str, str]:
    """{digest: state} of the automatic rollbacks of a plan, oldest first."""
    query = select(PlanRecord.digest, PlanRecord.state).where(_automatic(digest))
    with ledger.transaction() as session:
        found = session.execute(query.order_by(PlanRecord.created_at, PlanRecord.digest))
        return {row.digest: row.state for row in found}


def _told(ledger: Ledger, digest: str, made: list[str], why: list[Cause], now: datetime) -> RolledBack:
    """Say on the original which of its changes could not be brought back after all."""
    with ledger.transaction() as session:
        plans.locked(session, digest)
        own = {one.change_id: one for one in executions.of_plan(session, digest, lock=True)}
        undoing = session.scalars(select(ExecutionRecord).where(_undoing(digest))).all()
        entries = []
        for one in undoing:
            original = own[str(one.undoes).partition("/")[2]]
            if original.state != "rolled_back" and NOT not in (original.reason or ""):
                entries.append(_stays(original, f"{one.state}, {one.reason}"))
        telling.append(session, entries, at=now)
        return RolledBack(
            made,
            [str(cause) for cause in why],
            {change_id: one.state for change_id, one in own.items()},
            {change_id: one.reason for change_id, one in own.items() if one.reason},
        )


def _stays(execution: ExecutionRecord, why: str) -> Entry:
    """The change stays as it was applied; its row and the journal say why."""
    execution.reason = "; ".join(filter(None, (execution.reason, NOT + why)))
    body = {"change_id": execution.change_id, "why": why}
    return Entry("change.not_rolled_back", execution.digest, body)


def _automatic(digest: str) -> ColumnElement[bool]:
    return and_(PlanRecord.parent_digest == digest, PlanRecord.origin == AUTOMATIC)


def _undoing(digest: str) -> ColumnElement[bool]:
    return ExecutionRecord.digest.in_(select(PlanRecord.digest).where(_automatic(digest)))
