"""The waves by themselves: breaker by count and share, so many at once per account, and the alarms' say."""

import threading
from collections import Counter

import pytest

from include.change import waves
from include.change.waves import Stop
from include.policies.change import Waves

OK, BAD = "applied", "failed"


def run(outcomes, *, look=None, account=None, before=(), **policy):
    """{change id: state it ends in}; what stopped it, and which had their turn."""
    turned, pauses = [], []

    def one(change_id):
        turned.append(change_id)
        return outcomes[change_id]

    stop = waves.run(
        list(outcomes),
        one,
        policy=Waves(pause_seconds=7, **policy),
        before=before,
        pause=pauses.append,
        account=account or (lambda change_id: "111111111111"),
        look=look or (lambda last: None),
    )
    return stop, turned, pauses


def named(*states):
    return {f"c{n:02}": state for n, state in enumerate(states)}


@pytest.mark.parametrize(
    ("states", "percent", "turned", "why"),
    [
        pytest.param([OK] * 9 + [BAD] + [OK] * 9, 25, 19, None, id="one of nineteen is no quarter"),
        pytest.param([OK, BAD, BAD, *[OK] * 7, *[OK] * 4], 20, 10, "2 of 10 failed (20 %)", id="a fifth is"),
        pytest.param([OK, BAD, BAD, OK, OK, OK], 20, 6, None, id="too few outcomes to judge"),
        pytest.param([OK] * 8 + [BAD] * 4 + [OK] * 4, 25, 11, "3 of 11 failed (27 %)", id="it may come late"),
        pytest.param([OK, *["stale"] * 9, BAD, BAD], 25, 12, None, id="what was stale was not tried"),
        pytest.param([OK, *["unknown"] * 3, *[OK] * 6, OK], 30, 10, "3 of 10", id="unknown is a failure"),
    ],
)
def test_a_share_of_failures_stops_the_rest(states, percent, turned, why):
    policy = {"stop_after_failures": 99, "stop_at_failure_percent": percent, "rate_after": 10, "batch": 1}
    stop, turns, _ = run(named(*states), **policy)
    assert len(turns) == turned
    assert (stop is None) == (why is None)
    assert stop is None or (stop.cause == "breaker" and why in stop.why)


def test_the_count_stops_before_the_share_can_be_judged():
    stop, turns, _ = run(named(OK, BAD, BAD, OK), stop_after_failures=2, batch=1)
    assert stop == Stop("breaker", "circuit breaker: 2 failed, 2 stop the rest")
    assert len(turns) == 3


def test_what_an_earlier_worker_left_counts_for_the_share():
    before = [*[OK] * 8, BAD]
    stop, turns, _ = run(
        named(BAD, OK, OK),
        before=before,
        batch=1,
        stop_after_failures=9,
        rate_after=10,
        stop_at_failure_percent=20,
    )
    assert stop.why.startswith("circuit breaker: 2 of 10 failed")
    assert turns == ["c00"]


def test_so_many_at_once_per_account_and_no_more():
    at_once, most, lock = Counter(), Counter(), threading.Lock()
    met = threading.Barrier(4)  # two of each account are there together, or the test fails

    def one(change_id):
        account = change_id[0]
        with lock:
            at_once[account] += 1
            most[account] = max(most[account], at_once[account])
        met.wait(timeout=60)
        with lock:
            at_once[account] -= 1
        return OK

    ids = [f"{account}{n}" for n in range(6) for account in "ab"]
    stop = waves.run(
        ids,
        one,
        policy=Waves(batch=12, max_per_account=2, pause_seconds=0),
        before=[OK],
        pause=lambda seconds: None,
        account=lambda change_id: change_id[0],
        look=lambda last: None,
    )
    assert stop is None
    assert most == {"a": 2, "b": 2}


def test_the_alarms_are_looked_at_between_waves_and_after_the_last():
    asked = []
    stop, turns, pauses = run(named(*[OK] * 5), look=lambda last: asked.append(last), batch=2)
    assert (stop, len(turns)) == (None, 5)
    assert asked == [False, False, True]
    assert pauses == [7, 7]


def test_what_the_alarms_say_stops_the_rest_and_outranks_the_breaker():
    ringing = Stop("alarm", "checkout is in ALARM")
    stop, turns, _ = run(named(OK, OK, OK), look=lambda last: ringing, batch=1)
    assert (stop, turns) == (ringing, ["c00"])
    stop, turns, _ = run(named(BAD, OK), look=lambda last: ringing)
    assert (stop, turns) == (ringing, ["c00"])


def test_alarms_are_not_asked_about_what_was_never_touched():
    asked = []
    stop, turns, pauses = run(named("stale", "skipped"), look=lambda last: asked.append(last))
    assert (stop, len(turns), asked, pauses) == (None, 2, [], [])
