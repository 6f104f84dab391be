"""Apply one plan in waves. Safe to run again at any moment: nothing is applied twice, nothing is lost.

A plan is applied by one worker at a time (advisory lock; a killed worker's lock goes with its connection),
and a resource is changed by one change at a time. Every write of an outcome goes through the connection that
holds the resource's lock: a worker that lost it cannot overwrite what another has settled since.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from include.change import gate, waves
from include.change._types import ActionFor, ClientFor, known_action
from include.change.carry import carry_out
from include.change.claim import Settled, claim
from include.change.settle import abandon, busy, finish, settle
from include.core.changes import Change, ChangePlan
from include.core.errors import NotSignedOff, PlanChanged, PolicyError, WatchkeeperError
from include.ledger import Ledger, executions, journal, plans
from include.ledger.connection import locked, transaction_on
from include.ledger.journal import Entry
from include.ledger.models import ExecutionRecord, PlanRecord
from include.policies.change import Waves, change_policy

FINISHED = frozenset({"applied", "partly_applied", "failed", "rolled_back"})
"""A plan that was applied is not applied again: the task may be cleared and run as often as one likes."""


@dataclass(frozen=True)
class Applied:
    """Every change's state after the run, and the reason where one is known."""

    states: dict[str, str]
    reasons: dict[str, str]


@dataclass(frozen=True)
class _Run:
    """What carrying out one change of this run needs."""

    ledger: Ledger
    digest: str
    changes: dict[str, Change]
    worker: str
    clients: ClientFor
    action: ActionFor
    now: Callable[[], datetime]


def apply_plan(
    ledger: Ledger,
    digest: str,
    clients: ClientFor,
    *,
    worker: str,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    action: ActionFor = known_action,
) -> Applied:
    """Apply a plan that may be applied now; `clients` use the change role, `pause` sleeps between waves.

    A plan that was applied before returns its states and does nothing. NotSignedOff: the gate's verdict is
    not open. PlanChanged, PolicyError, LedgerUnavailable: nothing more is applied. WatchkeeperError: another
    worker is applying this very plan, or a change could not be settled yet; run again.
    """
    with ledger.connection() as connection, locked(connection, f"plan {digest}") as mine:
        if not mine:
            raise WatchkeeperError(
                f"plan {digest[:12]} is being applied by another worker: this one does nothing. "
                "Wait for it; should it be killed, PostgreSQL frees the plan with its connection."
            )
        begun = _begin(connection, digest, worker, now())
        if begun is not None:
            plan, policy, found = begun
            changes = {change.change_id: change for change in plan.changes}
            run = _Run(ledger, digest, changes, worker, clients, action, now)
            _in_waves(connection, run, policy, found, pause)
        return _states(connection, digest)


def _begin(
    connection: Connection, digest: str, worker: str, now: datetime
) -> tuple[ChangePlan, Waves, dict[str, str]] | None:
    """The verified plan, the waves, and {change id: state} so far; None when it was applied before."""
    with transaction_on(connection) as session:
        record = plans.locked(session, digest)
        if record.state in FINISHED:
            return None
        states = {e.change_id: e.state for e in executions.of_plan(session, digest)}
        refused = _refusal(session, record, states, now)
        if refused is None:
            plan = plans.content(record)
            policy, version = change_policy()
            record.state = "applying"
            body = {"worker": worker, "policy_version": version, "changes": len(plan.changes)}
            journal.append(session, [Entry("apply.started", digest, body)], at=now)
            return plan, policy.waves, states
        if isinstance(refused, PlanChanged):
            abandon(session, digest, str(refused), now=now)
        else:
            journal.append(session, [Entry("apply.refused", digest, {"why": str(refused)})], at=now)
    raise refused


def _refusal(
    session: Session, record: PlanRecord, states: dict[str, str], now: datetime
) -> WatchkeeperError | None:
    """Why the plan may not be applied at all. One that was begun goes on: its claims must be settled, and
    each change not begun is judged, and if need be skipped, by its own claim."""
    try:
        plans.content(record)
        policy, _ = change_policy()
    except (PlanChanged, PolicyError) as error:
        return error
    verdict = gate.judge(session, record, policy, now)
    begun = record.state == "applying" and (verdict.state == "closed" or "claimed" in states.values())
    if verdict.state == "open" or begun:
        return None
    gate.note(record, verdict)
    return NotSignedOff(f"plan {record.digest[:12]} is not applied: {'; '.join(verdict.reasons)}")


def _in_waves(
    connection: Connection,
    run: _Run,
    policy: Waves,
    states: dict[str, str],
    pause: Callable[[float], None],
) -> None:
    """Settle what an earlier attempt left claimed, then wave by wave; stop when the plan's lock is lost."""

    def still_ours(seconds: float) -> None:
        pause(seconds)
        with transaction_on(connection) as session:
            session.execute(select(1))

    before = [state for state in states.values() if state not in executions.OPEN]
    before += [_one(run, change_id) for change_id in run.changes if states[change_id] == "claimed"]
    waiting = [change_id for change_id in run.changes if states[change_id] == "planned"]
    stop = waves.run(waiting, partial(_one, run), policy=policy, before=before, pause=still_ours)
    with transaction_on(connection) as session:
        finish(session, run.digest, stop=stop, now=run.now())


def _one(run: _Run, change_id: str) -> str:
    """Claim, carry out and write down one change, holding its resource's lock throughout; its state."""
    change = run.changes[change_id]
    resource = f"resource {change.account_id}/{change.region}/{change.resource_id}"
    with run.ledger.connection() as connection, locked(connection, resource) as mine:
        with transaction_on(connection) as session:
            if not mine:
                return busy(session, run.digest, change_id, now=run.now())
            claimed = claim(session, run.digest, change_id, worker=run.worker, now=run.now())
        if isinstance(claimed, Settled):
            return claimed.state
        outcome = carry_out(claimed, clients=run.clients, action=run.action)
        with transaction_on(connection) as session:
            return settle(session, run.digest, change_id, outcome, now=run.now())


def _states(connection: Connection, digest: str) -> Applied:
    with transaction_on(connection) as session:
        found: list[ExecutionRecord] = executions.of_plan(session, digest)
        applied = Applied(
            states={e.change_id: e.state for e in found},
            reasons={e.change_id: e.reason for e in found if e.reason},
        )
    unsettled = [change_id for change_id, state in applied.states.items() if state == "claimed"]
    if unsettled:
        raise WatchkeeperError(
            f"plan {digest[:12]}: {', '.join(unsettled)} cannot be settled while another plan changes the "
            "same resource. Run apply again."
        )
    return applied
