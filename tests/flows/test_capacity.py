"""From kept telemetry to kept forecasts and findings, day by day, on a lake of three databases."""

import shutil
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import yaml

from include.core.changes import Change
from include.core.errors import WatchkeeperError
from include.core.forecasts import SERIES
from include.domains.capacity import ahead as looking
from include.flows import capacity, forecasting, recheck
from include.flows.asking import Asked
from include.lake import Lake
from include.lake.schemas import schema
from tests.conftest import ROOT

TARGET, OTHER = "111111111111/eu-west-1", "111111111111/us-east-1"
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
GIB = 1024**3
HISTORY = 42
ALLOCATED = 100
USED = {
    "orders": lambda day: 40 + 1.0 * day,  # 82 on the last day: full in 18 days
    "quiet": lambda day: 30.0,
    "new": None,  # sends nothing
}


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """A lake of its own, and a policy that follows the storage of databases only."""
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "include" / "policies", policies, ignore=shutil.ignore_patterns("*.py", "__*"))
    capacity_yaml = yaml.safe_load((policies / "capacity.yaml").read_text())
    capacity_yaml["series"] = {"rds_storage": capacity_yaml["series"]["rds_storage"]}
    (policies / "capacity.yaml").write_text(yaml.safe_dump(capacity_yaml))
    monkeypatch.setenv("WATCHKEEPER_POLICIES", str(policies))
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path / "lake"))
    return Lake.from_env()


def rows(dataset, *content):
    account_id, region = TARGET.split("/")
    place = {"account_id": account_id, "region": region, "resource_type": "rds_instances"}
    columns = schema(dataset)
    return pl.DataFrame([{c: {**place, **row}.get(c) for c in columns} for row in content], schema=columns)


def collect(lake, day, *, allocated=ALLOCATED, gaps=()):
    """The snapshot of that day: the databases, and what CloudWatch had since the last."""
    as_of, snapshot_id = BEGIN + day * DAY, f"s{day:03}"
    since = as_of - (HISTORY * DAY if day == HISTORY else 2 * DAY)
    named = {"namespace": "AWS/RDS", "metric": "FreeStorageSpace", "statistic": "Minimum"}
    points = [
        {**named, "resource_id": name, "period_seconds": 3600, "at": at, "value": _free(used, at, allocated)}
        for name, used in USED.items()
        for at in ([since + i * HOUR for i in range(int((as_of - since) / HOUR))] if used else [None])
    ]
    databases = [
        {"resource_id": name, "name": f"{name}-db", "environment": "production", "storage_type": "gp3",
         "allocated_gib": allocated, "instance_class": "db.m6g.large", "engine": "postgres",
         "state": "available"}
        for name in USED
    ]  # fmt: skip
    landing = {
        "rds_instances": rows("rds_instances", *databases),
        "metrics": rows("metrics", *points),
        "metric_windows": rows("metric_windows", {**named, "begins_at": since, "ends_at": as_of}),
        "gaps": rows("gaps", *gaps),
    }
    for dataset, frame in landing.items():
        lake.land(dataset, frame, snapshot_id=snapshot_id, as_of=as_of)
    lake.close(snapshot_id, as_of=as_of, targets=[TARGET, OTHER], resources=len(USED))
    return snapshot_id


def _free(used, at, allocated):
    if at is None:
        return None
    day = (at - BEGIN) / DAY
    wave = 2 if at.hour == 3 else (at.hour % 3) / 10
    return (allocated - used(day) - wave - at.day % 4 / 20) * GIB


def asked(**params):
    return Asked(**{"targets": None, "resource_types": None, "horizon_days": None, "what_if": {}, **params})


def run(lake, snapshot_id=None, **params):
    """As the DAG does; what became of it."""
    batches = capacity.batches(snapshot_id, asked(**params), only_if_new=False)
    kept = [forecasting.forecast(batch, asked(**params)) for batch in batches]
    return capacity.judge(batches, kept, asked(**params))


def said(lake, snapshot_id):
    found = lake.read("findings", snapshot_id).filter(domain="capacity").collect()
    return {row["resource_id"]: row for row in found.to_dicts()}


@pytest.fixture
def first(lake):
    return collect(lake, HISTORY)


def test_what_runs_out_is_found_and_what_cannot_be_known_is_unknown(lake, first):
    judged = run(lake)
    found = said(lake, first)
    assert {name: row["status"] for name, row in found.items()} == {"orders": "FAIL", "new": "UNKNOWN"}
    assert (judged["fail"], judged["unknown"], judged["series"]) == (1, 1, 3)
    assert found["orders"]["action"] == "rds.modify_storage"
    assert found["orders"]["name"] == "orders-db"
    assert found["new"]["reason"] == "CloudWatch has no points of AWS/RDS FreeStorageSpace (Minimum)."
    (outlook,) = lake.read("outlooks", first).filter(resource_id="orders").collect().to_dicts()
    assert outlook["exhausts_p10"] <= BEGIN + 60 * DAY <= outlook["exhausts_p90"] + 7 * DAY
    counted = dict(lake.read("finding_counts", first).collect().select("status", "n").rows())
    assert counted == {"PASS": 1, "FAIL": 1, "UNKNOWN": 1}


def test_a_target_without_a_series_has_a_batch_too_and_keeps_nothing(lake, first):
    batches = {one["target"]: one for one in capacity.batches(None, asked(), only_if_new=False)}
    assert (batches[TARGET]["first"], batches[TARGET]["last"], batches[TARGET]["series"]) == (
        "new",
        "quiet",
        3,
    )
    assert batches[OTHER]["series"] == 0
    kept = forecasting.forecast(batches[OTHER], asked())
    assert kept["batch"] == batches[OTHER]
    assert set(kept["rows"].values()) == {0}


def test_a_retried_batch_replaces_and_never_doubles(lake, first, monkeypatch):
    (batch, _) = capacity.batches(None, asked(), only_if_new=False)
    once = forecasting.forecast(batch, asked())["rows"]
    tables = ("forecasts", "forecast_models", "daily_peaks", "outlooks")
    heights = {name: lake.read(name, first).collect().height for name in tables}
    assert heights == {name: once[name] for name in tables}
    forecasting.forecast(batch, asked())
    assert {name: lake.read(name, first).collect().height for name in tables} == heights


def test_batches_side_by_side_keep_each_its_own(lake, first, monkeypatch):
    monkeypatch.setattr(capacity, "SERIES_AT_ONCE", 1)
    batches = capacity.batches(None, asked(), only_if_new=False)
    assert [(one["first"], one["last"]) for one in batches] == [
        ("new", "new"),
        ("orders", "orders"),
        ("quiet", "quiet"),
        ("", ""),
    ]
    for batch in [*batches, batches[1]]:
        forecasting.forecast(batch, asked())
    kept = lake.read("outlooks", first).collect()
    assert sorted(kept["resource_id"]) == ["new", "orders", "quiet"]


def test_a_series_that_fails_says_why_and_the_rest_goes_on(lake, first, monkeypatch):
    whole = looking.outlook

    def fails(prepared, known):
        if "orders" in prepared.profiles["resource_id"]:
            raise ZeroDivisionError("no such luck")
        return whole(prepared, known)

    monkeypatch.setattr(looking, "outlook", fails)
    run(lake)
    found = said(lake, first)
    assert found["orders"]["status"] == "UNKNOWN"
    assert "It could not be forecast: ZeroDivisionError: no such luck" in found["orders"]["reason"]
    statuses = dict(lake.read("outlooks", first).collect().select("resource_id", "status").rows())
    assert statuses == {"new": "UNKNOWN", "orders": "UNKNOWN", "quiet": "PASS"}


def test_a_batch_that_fails_is_unknown_series_by_series_and_the_rest_is_judged(lake, first, monkeypatch):
    monkeypatch.setattr(capacity, "SERIES_AT_ONCE", 1)
    batches = capacity.batches(None, asked(), only_if_new=False)
    kept = [forecasting.forecast(batch, asked()) for batch in batches if batch["first"] != "quiet"]
    judged = capacity.judge(batches, kept, asked())
    found = said(lake, first)
    assert {name: row["status"] for name, row in found.items()} == {
        "orders": "FAIL",
        "new": "UNKNOWN",
        "quiet": "UNKNOWN",
    }
    assert "Its batch could not be forecast" in found["quiet"]["reason"]
    assert judged["unknown"] == 2
    counted = dict(lake.read("finding_counts", first).collect().select("status", "n").rows())
    assert counted == {"FAIL": 1, "UNKNOWN": 2}


def test_a_run_that_asks_for_less_loses_nothing_and_plans_only_that(lake, first):
    run(lake)
    before = said(lake, first)
    judged = run(lake, targets=[OTHER])
    assert said(lake, first) == before
    assert (judged["targets"], judged["checks"], judged["fail"]) == ([OTHER], ["rds_storage"], 0)


def test_a_what_if_stands_beside_and_changes_no_finding(lake, first):
    run(lake)
    before = said(lake, first)
    judged = run(lake, what_if={"growth_factor": 3})
    assert said(lake, first).keys() == before.keys()
    assert judged["what_if"] == {"growth_factor": "3"}
    kept = lake.read("outlooks", first).filter(resource_id="orders").collect()
    days = dict(kept.select("scenario", "days_left").rows())
    assert days["what_if"] < days["base"]
    base, other = (
        lake.read(name, first).filter(resource_id="orders", grain="day").collect().sort("step")
        for name in ("forecasts", "what_if_forecasts")
    )
    assert other["ts"].to_list() == base["ts"].to_list()
    assert (other["p50"] > base["p50"]).all()
    (risen,) = (other["p50"] - base["p50"]).tail(1)
    assert risen == pytest.approx(
        2 * 180 * GIB, rel=0.3
    )  # it grows by 1 GiB a day; three times that is 2 more
    run(lake)
    assert lake.read("what_if_forecasts", first).collect().is_empty()


def test_only_what_is_asked_for_is_judged_and_a_wrong_param_is_named(lake, first):
    assert run(lake, targets=[OTHER])["series"] == 0
    for wrong, named in (
        ({"resource_types": ["tables"]}, "Param resource_types: tables not followed; .* rds_instances"),
        ({"targets": ["999999999999/x"]}, "Param targets: 999999999999/x"),
        (
            {"what_if": {"launch_percent": 5}},
            "Params of the what-if: .*launch_at and launch_percent together",
        ),
        ({"what_if": {"launch_at": "soon", "launch_percent": 5}}, "Params of the what-if: launch_at"),
    ):
        with pytest.raises(WatchkeeperError, match=named):
            capacity.batches(None, asked(**wrong), only_if_new=False)


def test_a_sweep_by_the_clock_does_nothing_twice(lake, first):
    assert capacity.batches(None, asked(), only_if_new=True)
    run(lake)
    assert capacity.batches(None, asked(), only_if_new=True) == []


def test_what_could_not_be_read_is_unknown_for_the_whole_target(lake):
    gap = {
        "dataset": "rds_instances",
        "api": "rds:DescribeDBInstances",
        "code": "AccessDenied",
        "reason": "no",
    }
    snapshot_id = collect(lake, HISTORY, gaps=[gap])
    run(lake)
    found = lake.read("findings", snapshot_id).filter(resource_id="*").collect()
    assert found.select("check_id", "status", "reason").rows() == [
        ("rds_storage", "UNKNOWN", "rds_instances could not be read (AccessDenied: no).")
    ]


def test_later_runs_score_what_was_forecast_and_use_a_good_choice_again(lake, first):
    run(lake)
    second = collect(lake, HISTORY + 2)
    run(lake)
    scores = lake.read("forecast_scores", second).filter(resource_id="orders").collect()
    assert scores.select("grain", "horizon", "points").sort("grain", "horizon").rows() == [
        ("day", "1-7", 2), ("hour", "1-24", 24), ("hour", "25-168", 24),
    ]  # fmt: skip
    assert scores["error"].max() < 3
    models = lake.read("forecast_models", second).filter(resource_id="orders", grain="hour").collect()
    (row,) = models.to_dicts()
    assert row["chosen_because"].startswith("used again: in 1 forecasts"), row["chosen_because"]
    before = lake.read("forecast_models", first).filter(resource_id="orders", grain="hour").collect()
    assert row["weights"] == before["weights"].item()
    assert row["chosen_at"] == before["issued_at"].item()
    assert list(scores.select(*SERIES).row(0)[3:]) == ["orders", "rds_storage"]


def change(check_id="rds_storage", resource_id="orders", action="rds.modify_storage"):
    account_id, region = TARGET.split("/")
    return Change(
        action=action, account_id=account_id, region=region, resource_type="rds_instances",
        resource_id=resource_id, before={"allocated_gib": 100}, after={"allocated_gib": 200},
        check_id=check_id, reason="full soon", risk="low", effort="low", restart_needed=False,
        destructive=False, permissions=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("allocated", "different", "well"),
    [
        pytest.param(300, {}, True, id="enough now"),
        pytest.param(105, {}, False, id="too little more"),
        pytest.param(100, {}, False, id="as before"),
        pytest.param(None, {}, True, id="gone"),
        pytest.param(100, {"action": "servicequotas.request_increase"}, True, id="AWS answers later"),
        pytest.param(100, {"action": "autoscaling.set_schedule"}, True, id="at its hours"),
        pytest.param(100, {"check_id": "no_longer_followed"}, True, id="no longer followed"),
    ],
)
def test_what_was_changed_is_held_against_the_limit_of_now(
    lake, first, monkeypatch, allocated, different, well
):
    run(lake)
    now = lake.read("rds_instances", first).filter(resource_id="orders").collect()
    now = now.clear() if allocated is None else now.with_columns(allocated_gib=pl.lit(allocated, pl.Int64))
    monkeypatch.setattr(recheck, "_collected_again", lambda dataset, touched: now)
    made = change(**different)
    again = recheck.still_found("capacity", first)([made])
    assert again == (set() if well else {made.change_id})


def test_a_larger_machine_is_not_judged_by_telemetry_of_the_smaller(lake, first, monkeypatch):
    policy = yaml.safe_load((ROOT / "include" / "policies" / "capacity.yaml").read_text())
    monkeypatch.delenv("WATCHKEEPER_POLICIES")
    assert policy["series"]["rds_cpu"]["limit"] == [{"constant": 100}]
    now = lake.read("rds_instances", first).filter(resource_id="orders").collect()
    monkeypatch.setattr(recheck, "_collected_again", lambda dataset, touched: now)
    made = change("rds_cpu", action="rds.modify_instance_class")
    assert recheck.still_found("capacity", first)([made]) == set()
