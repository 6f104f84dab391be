"""One change's turn: claim, carry out and write down, holding its resource's lock throughout."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from include.change._types import ActionFor, ClientFor
from include.change.carry import carry_out
from include.change.claim import Settled, claim, still_allowed
from include.change.patience import Patience
from include.change.settle import busy, settle
from include.change.waves import Stop
from include.core.changes import Change
from include.ledger import Ledger
from include.ledger.connection import locked, transaction_on


@dataclass(frozen=True)
class Run:
    """What carrying out one change of this run needs. `held`: why nothing more is begun."""

    ledger: Ledger
    digest: str
    changes: dict[str, Change]
    worker: str
    clients: ClientFor
    action: ActionFor
    now: Callable[[], datetime]
    pause: Callable[[float], None]
    held: Stop | None


def turn(run: Run, change_id: str) -> str:
    """Whatever becomes of one change of the run; its state."""
    change, digest = run.changes[change_id], run.digest
    resource = f"resource {change.account_id}/{change.region}/{change.resource_id}"
    held = run.held.why if run.held else None
    with run.ledger.connection() as connection, locked(connection, resource) as mine:

        def allowed() -> str | None:
            with transaction_on(connection) as session:
                return still_allowed(session, digest, change_id, run.now(), run.action)

        with transaction_on(connection) as session:
            if not mine:
                return busy(session, digest, change_id, now=run.now())
            claimed = claim(
                session, digest, change_id, worker=run.worker, now=run.now(), held=held, action=run.action
            )
        if isinstance(claimed, Settled):
            return claimed.state
        patience = Patience(run.pause)
        outcome = carry_out(
            claimed, clients=run.clients, action=run.action, patience=patience, still_allowed=allowed
        )
        with transaction_on(connection) as session:
            return settle(session, digest, change_id, outcome, now=run.now())
