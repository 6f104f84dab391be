"""Killed, restarted, throttled, side by side: by seed, in real processes, judged by what happened."""

import pytest

from include.ledger import views
from tests.change.fault_cases import Case, seeded
from tests.change.fault_run import Faults
from tests.change.own_postgres import own_postgres
from tests.change.world import finding

CASES, CHUNKS = 24, 4
"""A sample of what tests/benchmarks/bench_faults.py runs a thousand of."""


@pytest.fixture(scope="module")
def postgres():
    with own_postgres() as running:
        yield running


@pytest.fixture
def faults(postgres, policy, tmp_path):
    policy("waves: {canary: 1, batch: 2, pause_seconds: 0, stop_after_failures: 2}")
    return Faults(postgres, postgres.url, str(tmp_path / "policies"), tmp_path)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whatever_strikes_nothing_is_lost_and_nothing_is_done_twice(faults, chunk):
    for seed in range(chunk, CASES, CHUNKS):
        told = faults.run(seeded(seed))
        assert (told.lost, told.doubled) == ([], []), f"seed {seed}: {dict(told.injected)}"
    assert views.verify_journal(faults.ledger).ok


@pytest.mark.parametrize("what", ["restart", "crash"])
def test_postgresql_goes_down_while_two_sweeps_are_applied(faults, what):
    sweeps = [[finding(f"{what}-1"), finding(f"{what}-2", action="fake.delete")] for _ in range(2)]
    case = Case(what, sweeps, outside={(1, 0): {50: what}, (1, 1): {60: "kill"}})
    told = faults.run(case)
    assert (told.lost, told.doubled) == ([], [])
    assert told.injected[what] == 1


def test_the_judge_sees_what_is_lost_and_what_is_doubled(faults):
    """A worker that acts without looking, and a ledger that was never told."""
    case = Case("blind", [[finding("blind-1"), finding("blind-2")]])
    faults.run(case)
    world, plans = faults.last
    world.resources["blind-1"] = {"state": "stopped", "size": "large"}
    world.resources["blind-2"] = {"state": "running", "size": "large"}
    told = faults.judged(case, world, plans)
    assert [line for line in told.doubled if "blind-1 was changed 2 times" in line]
    assert [line for line in told.lost if "blind-2 is said to be applied" in line]
