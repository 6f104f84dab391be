"""What the tasks `apply` and `roll_back` of the road do: the only ones that use the change role."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from include.flows.logs import log, table


def apply(digest: str, worker: str) -> None:
    """Apply one plan, then roll back what an alarm says must be; log what became of each change, and why."""
    from include.change.apply import apply_plan
    from include.flows.sessions import Clients, changing
    from include.ledger import Ledger

    applied = apply_plan(
        Ledger.from_env(),
        digest,
        changing(),
        readers=Clients("read"),
        worker=worker,
        now=_now,
        pause=_pause,
    )
    _log(f"plan {digest[:12]}: what became of its changes", applied.states, applied.reasons)
    if applied.stopped:
        log.warning("plan %s was stopped: %s", digest[:12], applied.stopped)
    roll_back(digest, worker)


def roll_back(digest: str, worker: str) -> None:
    """Roll back what the journal and policy say must be of one plan; usually nothing."""
    from include.change import auto_rollback
    from include.flows.sessions import Clients, changing
    from include.ledger import Ledger

    back = auto_rollback.roll_back(
        Ledger.from_env(), digest, changing(), Clients("read"), worker=worker, now=_now, pause=_pause
    )
    if back is None:
        log.info("plan %s: nothing is to be rolled back", digest[:12])
        return
    causes = ", ".join(back.why) or "found earlier"
    by = ", ".join(one[:12] for one in back.digests) or "no plan: nothing of it has a way back"
    log.warning("plan %s is rolled back by %s (%s)", digest[:12], by, causes)
    _log(f"plan {digest[:12]}: after the rollback", back.states, back.reasons)


def _now() -> datetime:
    return datetime.now(UTC)


def _pause(seconds: float) -> None:
    """Sleep; a longer wait says so, else a task looks as if it hung."""
    if seconds >= 1:
        log.info("waiting %.0f s (between waves, for alarms, or because AWS throttles)", seconds)
    time.sleep(seconds)


def _log(title: str, states: Mapping[str, str], reasons: Mapping[str, str]) -> None:
    rows = [(change_id, state, reasons.get(change_id, "")) for change_id, state in states.items()]
    table(title, ("change", "state", "why"), rows)
