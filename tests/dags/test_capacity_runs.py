"""Whole runs of `capacity_forecast` on an estate of their own: found, approved, applied, verified."""

from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import polars as pl
import pytest

from include.aws.act import action
from include.core.forecasts import SERIES
from include.lake import Lake
from include.ledger import Ledger, views
from include.simulation.capacity import fetch
from include.simulation.history import backfill
from include.simulation.manifest import Place
from include.simulation.process import running
from include.simulation.stage import assumed
from tests.dags.conftest import _run_dag

pytestmark = pytest.mark.timeout(900)

DAG = "capacity_forecast"
NAMED = [*SERIES, "status"]
LATE = timedelta(days=3)
"""A peak of the day is reached some days before or after the mean of days says."""


@pytest.fixture(scope="module")
def shop(house, tmp_path_factory):
    """The house with an estate that nobody has changed, a quarter's telemetry, and one collection."""
    home = tmp_path_factory.mktemp("capacity")
    with running() as endpoint:
        env = house | {
            "AWS_ENDPOINT_URL": endpoint,
            "WATCHKEEPER_LAKE": str(home / "lake"),
            "WATCHKEEPER_REPORTS": str(home / "reports"),
        }
        lake = Lake(env["WATCHKEEPER_LAKE"])
        backfill(lake, endpoint)
        run = partial(_run_dag, env)
        run("collect_estate")
        yield SimpleNamespace(
            run=partial(run, DAG),
            lake=lake,
            snapshot_id=lake.snapshot().snapshot_id,
            reports=home / "reports",
            ledger=Ledger(env["WATCHKEEPER_LEDGER"]),
            truth=fetch(endpoint),
            endpoint=endpoint,
        )


@pytest.fixture(scope="module")
def looked(shop):
    """Everything forecast, with a question; nothing planned."""
    return shop.run({"dry_run": True, "growth_factor": 2.0})


def kept(shop, dataset, **where):
    return shop.lake.read(dataset, shop.snapshot_id).filter(**where).collect()


def test_the_forecast_finds_the_ground_truth_and_nothing_else(shop, looked):
    assert looked["state"] == "success", looked["log"][-3000:]
    said = kept(shop, "outlooks", scenario="base").filter(pl.col("status") != "PASS")
    assert set(said.select(NAMED).rows()) == {
        tuple(getattr(one, name) for name in NAMED) for one in shop.truth
    }


def test_where_the_truth_names_a_remedy_it_is_proposed(shop, looked):
    said = kept(shop, "outlooks", scenario="base", status="FAIL")
    proposed = {tuple(row[name] for name in SERIES): row["action"] for row in said.to_dicts()}
    named = {one[:5]: one.action for one in shop.truth if one.action is not None}
    assert set(named.values()) == {"autoscaling.set_schedule", "autoscaling.set_group_limits"}
    assert {name: proposed[name] for name in named} == named


def test_the_dates_are_those_on_which_it_runs_out(shop, looked):
    dates = kept(shop, "outlooks", scenario="base", status="FAIL")
    when = {tuple(row[name] for name in SERIES): row for row in dates.to_dicts()}
    ends = {one[:5]: one.exhausts_at for one in shop.truth if one.exhausts_at is not None}
    assert ends
    missed = {
        name: (at, when[name]["exhausts_p10"], when[name]["exhausts_p90"])
        for name, at in ends.items()
        if not (
            _or(when[name]["exhausts_p10"], at) - LATE <= at <= _or(when[name]["exhausts_p90"], at) + LATE
        )
    }
    assert missed == {}


def _or(date, at):
    """Null: beyond the horizon."""
    return at + timedelta(days=365) if date is None else date


def test_what_may_not_be_read_is_unknown_for_its_whole_target(shop, looked):
    whole = kept(shop, "findings", domain="capacity", resource_id="*")
    assert whole.height > 0
    assert set(whole["status"]) == {"UNKNOWN"}
    assert all("could not be read" in reason for reason in whole["reason"])


def test_a_dry_run_plans_and_asks_nothing(shop, looked):
    assert {state for task, state in looked["tasks"].items() if task.startswith("change.")} == {"skipped"}
    assert views.plans_of_run(shop.ledger, DAG, looked["run_id"]) == []


def test_the_question_stands_beside_and_the_report_is_written(shop, looked):
    both = kept(shop, "outlooks").group_by("scenario").len()
    assert set(both["scenario"]) == {"base", "what_if"}
    assert (shop.reports / DAG / shop.snapshot_id / "report.html").is_file()
    assert "what runs out when" in looked["log"]
    assert "forecast 8 of" in looked["log"]


def test_what_is_approved_is_applied_and_verified(shop, looked):
    account_id, region = next((one.account_id, one.region) for one in shop.truth if one.status == "FAIL")
    done = shop.run(
        {"targets": [f"{account_id}/{region}"]}, option="Approve", user="ben", comment="agreed, go ahead"
    )
    assert done["state"] == "success", done["log"][-3000:]
    plans = views.plans_of_run(shop.ledger, DAG, done["run_id"])
    assert plans
    assert {execution.state for view in plans for execution in view.executions} == {"verified"}
    changes = [change for view in plans for change in view.plan.changes]
    assert "autoscaling.set_schedule" in {change.action for change in changes}
    for change in changes:
        doing = action(change.action)
        session = assumed(shop.endpoint, Place(account_id, region), "watchkeeper-read")
        client = session.client(doing.service(change.params), endpoint_url=shop.endpoint)
        assert doing.read(client, change.resource_id, change.params) == change.after
