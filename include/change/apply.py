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

from include.change import waves
from include.change._types import ActionFor, ClientFor, known_action
from include.change.alarms import Watch, guarding
from include.change.begin import Ready, begin, ready
from include.change.settle import finish
from include.change.turn import Run, turn
from include.change.waves import Stop
from include.core.errors import WatchkeeperError
from include.ledger import Ledger, executions
from include.ledger.connection import locked, transaction_on
from include.ledger.models import ExecutionRecord


@dataclass(frozen=True)
class Applied:
    """Every change's state after the run, and the reason where one is known. `stopped`: why this run began
    nothing more."""

    states: dict[str, str]
    reasons: dict[str, str]
    stopped: str | None = None


def apply_plan(
    ledger: Ledger,
    digest: str,
    clients: ClientFor,
    *,
    worker: str,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    readers: ClientFor | None = None,
    action: ActionFor = known_action,
) -> Applied:
    """Apply a plan that may be applied now. `clients` use the change role, `readers` the read role: they
    look at policy's alarms, which nobody can judge without. `pause` sleeps: between waves, and while AWS
    throttles.

    A plan that was applied before returns its states and does nothing. NotSignedOff: the gate's verdict is
    not open. Blocked: an alarm is not OK; the plan stays as it is. PlanChanged, PolicyError,
    LedgerUnavailable: nothing more is applied. WatchkeeperError: another worker is applying this very plan,
    or a change could not be settled yet; run again.
    """
    with ledger.connection() as connection, locked(connection, f"plan {digest}") as mine:
        if not mine:
            raise WatchkeeperError(
                f"plan {digest[:12]} is being applied by another worker: this one does nothing. "
                "Wait for it; should it be killed, PostgreSQL frees the plan with its connection."
            )

        def hold(seconds: float) -> None:
            pause(seconds)
            with transaction_on(connection) as session:  # fails when the plan's lock is lost
                session.execute(select(1))

        stop, found = None, ready(connection, digest, now())
        if found is not None:
            watch = _watch(found, readers, pause, hold)
            held = watch(False)
            begin(connection, found, worker, held, now())
            changes = {change.change_id: change for change in found.plan.changes}
            run = Run(ledger, digest, changes, worker, clients, action, now, pause, held)
            stop = _in_waves(run, found, watch, hold)
            with transaction_on(connection) as session:
                finish(session, digest, stop=stop, now=now())
        return _states(connection, digest, stop)


def _watch(
    found: Ready, readers: ClientFor | None, pause: Callable[[float], None], hold: Callable[[float], None]
) -> Watch:
    """The alarms that guard this plan. A rollback is not held back by what it may put right."""
    return Watch(
        [] if found.rolls_back else guarding(found.policy, found.plan),
        readers,
        pause=pause,
        hold=hold,
        seconds=found.policy.waves.alarm_watch_seconds,
    )


def _in_waves(run: Run, found: Ready, watch: Watch, hold: Callable[[float], None]) -> Stop | None:
    """Settle what an earlier attempt left claimed, then wave by wave; why the rest was not begun."""
    states = found.states
    before = [state for state in states.values() if state not in executions.OPEN]
    before += [turn(run, change_id) for change_id in run.changes if states[change_id] == "claimed"]
    if run.held:
        return run.held
    return waves.run(
        [change_id for change_id in run.changes if states[change_id] == "planned"],
        partial(turn, run),
        policy=found.policy.waves,
        before=before,
        pause=hold,
        account=lambda change_id: run.changes[change_id].account_id,
        look=watch,
    )


def _states(connection: Connection, digest: str, stop: Stop | None) -> Applied:
    with transaction_on(connection) as session:
        found: list[ExecutionRecord] = executions.of_plan(session, digest)
        applied = Applied(
            states={e.change_id: e.state for e in found},
            reasons={e.change_id: e.reason for e in found if e.reason},
            stopped=stop.why if stop else None,
        )
    unsettled = [change_id for change_id, state in applied.states.items() if state == "claimed"]
    if unsettled:
        raise WatchkeeperError(
            f"plan {digest[:12]}: {', '.join(unsettled)} cannot be settled while another plan changes the "
            "same resource. Run apply again."
        )
    return applied
