"""Waves: a canary until one has worked, then batches; too many failures stop the rest."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from include.ledger.executions import DONE, FAILED
from include.policies.change import Waves

MAX_AT_ONCE = 10
"""Changes carried out side by side, whatever the batch: AWS throttles control-plane calls per account."""

One = Callable[[str], str]
"""Carries out one change by its id; returns its state."""


def run(
    change_ids: Sequence[str],
    one: One,
    *,
    policy: Waves,
    before: Sequence[str],
    pause: Callable[[float], None],
) -> str | None:
    """Carry out changes wave by wave; why the rest was stopped, None when all had their turn.

    `before`: the states of changes an earlier, killed attempt finished: they count for canary and breaker.
    """
    states = list(before)
    waiting = iter(change_ids)
    acted = False
    while True:
        stop = _tripped(states, policy)
        if stop:
            return stop
        wave = list(islice(waiting, _size(states, policy)))
        if not wave:
            return None
        if acted:
            pause(policy.pause_seconds)
        found = list(_side_by_side(wave, one))
        states += found
        acted = any(state in DONE | FAILED for state in found)


def _size(states: Sequence[str], policy: Waves) -> int:
    return policy.batch if any(state in DONE for state in states) else policy.canary


def _tripped(states: Sequence[str], policy: Waves) -> str | None:
    failures = sum(state in FAILED for state in states)
    if failures and not any(state in DONE for state in states):
        return f"circuit breaker: the canary failed ({failures} failed, none applied)"
    if failures >= policy.stop_after_failures:
        return f"circuit breaker: {failures} failed, {policy.stop_after_failures} stop the rest"
    return None


def _side_by_side(wave: Sequence[str], one: One) -> Iterator[str]:
    if len(wave) == 1:
        return iter([one(wave[0])])
    with ThreadPoolExecutor(min(len(wave), MAX_AT_ONCE), thread_name_prefix="change") as pool:
        return iter(list(pool.map(one, wave)))
