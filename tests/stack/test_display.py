"""What the demo says of capacity: soonest first, with a range of dates, and never more than it knows."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from include.core.forecasts import OUTLOOKS
from include.lake import Lake
from include.stack import display

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def stack(tmp_path):
    return SimpleNamespace(lake=Lake(tmp_path / "lake"))


def land(stack, *rows):
    frame = pl.DataFrame([{"scenario": "base", "status": "FAIL", **row} for row in rows], schema=OUTLOOKS)
    stack.lake.land("outlooks", frame, snapshot_id="s1", as_of=AS_OF)


def soon(resource_id, days, **columns):
    dates = {f"exhausts_{one}": AS_OF + timedelta(days=days + off) for one, off in (("p10", -2), ("p90", 5))}
    return {"series_kind": "rds_storage", "resource_id": resource_id, "days_left": days, **dates, **columns}


def test_what_runs_out_first_is_said_first_with_its_dates_and_its_remedy(stack):
    land(
        stack,
        soon("later", 40.0, status="PASS"),
        soon("db-7", 9.6, name="orders", action="rds.modify_storage"),
    )
    first, second = display.runs_out(stack, "s1").splitlines()[-2:]
    assert first.split() == ["rds_storage", "orders", "10", "2026-03-08", "2026-03-15", "rds.modify_storage"]
    assert second.split() == ["rds_storage", "later", "40", "2026-04-08", "2026-04-15", "in", "time"]


def test_a_plan_that_is_due_without_a_date_is_said_too_and_a_what_if_is_not(stack):
    land(
        stack,
        {"series_kind": "rds_cpu", "resource_id": "warm", "headroom": -3.0},
        {**soon("asked", 3.0), "scenario": "what_if"},
        {"series_kind": "rds_cpu", "resource_id": "idle", "status": "PASS"},
        {"series_kind": "rds_cpu", "resource_id": "new", "status": "UNKNOWN"},
    )
    (row,) = display.runs_out(stack, "s1").splitlines()[2:]
    assert row.split() == ["rds_cpu", "warm", "past", "its", "threshold", "later", "later", "advice"]


def test_nothing_is_said_when_nothing_runs_out_and_the_rest_is_counted(stack):
    land(stack)
    assert display.runs_out(stack, "s1") == ""
    land(stack, *(soon(f"db-{i}", float(i)) for i in range(12)))
    assert display.runs_out(stack, "s1").splitlines()[-1] == "... and 2 more: see the report"
