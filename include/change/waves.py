"""Waves: a canary until one has worked, then batches; failures or an alarm stop the rest."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import Semaphore
from typing import Literal

from include.ledger.executions import DONE, FAILED
from include.policies.change import Waves

MAX_AT_ONCE = 20
"""Changes carried out side by side, whatever the batch and however many accounts: each holds a connection to
the ledger."""


@dataclass(frozen=True)
class Stop:
    """Why the rest is not begun. Only `alarm` rolls back; `unclear`: an alarm that cannot be judged."""

    cause: Literal["breaker", "alarm", "unclear"]
    why: str


One = Callable[[str], str]
"""Carries out one change by its id; returns its state."""

Look = Callable[[bool], Stop | None]
"""Looks at the outcome alarms; told whether this is after the last wave."""


def run(
    change_ids: Sequence[str],
    one: One,
    *,
    policy: Waves,
    before: Sequence[str],
    pause: Callable[[float], None],
    account: Callable[[str], str],
    look: Look,
) -> Stop | None:
    """Carry out changes wave by wave; why the rest was stopped, None when all had their turn.

    `before`: the states of changes an earlier, killed attempt finished: they count for canary and breaker.
    `account`: where a change is; so many at once as policy allows per account.
    """
    states = list(before)
    waiting = iter(change_ids)
    acted = any(state in DONE | FAILED for state in states)
    while True:
        stop = _tripped(states, policy)
        wave = [] if stop else list(islice(waiting, _size(states, policy)))
        if wave and acted:
            pause(policy.pause_seconds)
        if acted:
            stop = look(not wave) or stop
        if stop or not wave:
            return stop
        found = _side_by_side(wave, one, account, policy.max_per_account)
        states += found
        acted = acted or any(state in DONE | FAILED for state in found)


def _size(states: Sequence[str], policy: Waves) -> int:
    return policy.batch if any(state in DONE for state in states) else policy.canary


def _tripped(states: Sequence[str], policy: Waves) -> Stop | None:
    failures, tried = (sum(state in kind for state in states) for kind in (FAILED, FAILED | DONE))
    if failures and failures == tried:
        return _breaker(f"the canary failed ({failures} failed, none applied)")
    if failures >= policy.stop_after_failures:
        return _breaker(f"{failures} failed, {policy.stop_after_failures} stop the rest")
    percent = 100 * failures / tried if tried else 0.0
    if tried >= policy.rate_after and percent >= policy.stop_at_failure_percent:
        share = f"{failures} of {tried} failed ({percent:.0f} %)"
        return _breaker(f"{share}, {policy.stop_at_failure_percent:g} % stop the rest")
    return None


def _breaker(why: str) -> Stop:
    return Stop("breaker", f"circuit breaker: {why}")


def _side_by_side(wave: Sequence[str], one: One, account: Callable[[str], str], most: int) -> list[str]:
    if len(wave) == 1:
        return [one(wave[0])]
    per_account = Counter(map(account, wave))
    turns = {name: Semaphore(most) for name in per_account}

    def in_turn(change_id: str) -> str:
        with turns[account(change_id)]:
            return one(change_id)

    threads = min(MAX_AT_ONCE, sum(min(count, most) for count in per_account.values()))
    with ThreadPoolExecutor(threads, thread_name_prefix="change") as pool:
        return list(pool.map(in_turn, wave))
