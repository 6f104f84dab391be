"""What was changed is not judged by what was measured before."""

from datetime import timedelta

import pytest

from include.change import signoff
from tests.change.world import NOW, answer, finding, plan

DAY = timedelta(days=1)


@pytest.fixture
def changed(ledger, world, carried):
    """i-1, changed today."""
    (made,) = plan(ledger, world, [finding("i-1")]).plans
    signoff.record(ledger, made.digest, answer(), now=NOW)
    carried(made.digest)
    world.resources["i-1"]["state"] = "running"  # as if somebody had started it again


def again(ledger, world, *, days, window):
    """What a run makes of it so many days later, by so many days of telemetry."""
    later = NOW + days * DAY
    planned = plan(
        ledger, world, [finding("i-1", window_days=window)], run_id=f"run-{days}", now=later, as_of=later
    )
    return planned.plans, [one.why for one in planned.left_out]


@pytest.mark.parametrize(("days", "window"), [(2, 14), (13, 14), (29, 30)])
def test_telemetry_from_before_a_change_finds_nothing_to_change(ledger, world, changed, days, window):
    plans, left_out = again(ledger, world, days=days, window=window)
    assert plans == []
    (why,) = left_out
    assert f"the {window} days of telemetry that found it begin before" in why
    assert f"judged anew from {NOW + window * DAY:%Y-%m-%d} on" in why


@pytest.mark.parametrize(
    ("days", "window"),
    [
        pytest.param(15, 14, id="all of it is newer"),
        pytest.param(2, None, id="it rests on no telemetry"),
    ],
)
def test_what_is_newer_or_measured_nothing_counts(ledger, world, changed, days, window):
    plans, left_out = again(ledger, world, days=days, window=window)
    assert [change.resource_id for one in plans for change in one.changes] == ["i-1"]
    assert left_out == []


def test_another_resource_is_judged_as_before(ledger, world, changed):
    later = NOW + 2 * DAY
    rows = [finding("i-2", window_days=14)]
    assert plan(ledger, world, rows, run_id="run-2", now=later, as_of=later).plans


def test_what_was_rolled_back_is_as_it_was_when_it_was_measured(ledger, world, changed, monkeypatch):
    with ledger.transaction() as session:
        from include.ledger.models import ExecutionRecord

        session.query(ExecutionRecord).one().state = "rolled_back"
    plans, _ = again(ledger, world, days=2, window=14)
    assert plans
