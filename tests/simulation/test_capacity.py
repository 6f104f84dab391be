"""The truth of capacity follows from what is declared, and the lake's history is what AWS would tell."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.aws import act
from include.aws.collect.metrics import collect_metrics
from include.aws.collect.run import collect_target
from include.domains.capacity import catalogue
from include.flows.telemetry import needed
from include.lake import Lake
from include.policies.capacity import capacity_policy
from include.policies.cost import cost_policy
from include.simulation import past
from include.simulation.capacity import fetch
from include.simulation.estate import resources
from include.simulation.history import backfill
from include.simulation.manifest import PROD_EU
from include.simulation.stage import assumed

PERIOD = cost_policy().telemetry.period_seconds
POINT = ["account_id", "region", "resource_type", "resource_id", "namespace", "metric", "statistic", "at"]


def test_every_series_of_the_truth_is_of_a_kind_there_is():
    kinds = capacity_policy().series
    declared = {kind for one in resources() for kind in [*one.capacity, *one.steady]}
    assert declared <= set(kinds)
    assert {action for one in resources() for action in one.remedies.values()} <= set(act.ids())
    assert all(one.capacity[kind] != "UNKNOWN" for one in resources() for kind in one.remedies)
    assert {one for one in resources() if set(one.capacity) & set(one.steady)} == set()


def test_what_grows_runs_out_in_two_to_four_weeks_and_some_cannot_be_judged(estate, ask):
    seeded_at = datetime.fromisoformat(ask(estate, "health")["seeded_at"])
    truth = fetch(estate)
    days = {one.name: (one.exhausts_at - seeded_at).days for one in truth if one.exhausts_at}
    assert len(days) == 9
    assert all(14 <= one <= 28 for one in days.values()), days
    assert Counter(one.status for one in truth) == {"FAIL": 12, "UNKNOWN": 10}
    for_good = {one.name for one in truth if one.status == "FAIL"} - set(days)
    assert for_good == {"shop-search-1", "shop-tills", "shop-feeds"}


def test_an_empty_server_expects_no_outlook(empty):
    assert fetch(empty) == []


@pytest.fixture(scope="module")
def history(estate, tmp_path_factory) -> Lake:
    lake = Lake(tmp_path_factory.mktemp("lake"))
    backfill(lake, estate, days=2)
    return lake


def test_after_the_history_a_collection_reads_capacity_s_telemetry_of_two_or_three_days(history, estate):
    asked = needed(history, *PROD_EU, datetime.now(UTC))
    whole = {need for need in asked if need.window_days > 30}
    assert whole == set()
    assert {need.metric for need in asked if need.window_days <= 3} > {"FreeStorageSpace", "IncomingBytes"}


def test_where_an_api_is_refused_the_history_knows_nothing_of_what_it_hides(history):
    windows = history.telemetry_windows("222222222222", "us-east-1")
    assert "rds_instances" not in set(windows["resource_type"])
    assert "ec2_instances" in set(windows["resource_type"])


def test_the_history_is_what_cloudwatch_would_have_told(estate, monkeypatch):
    """Point by point, for a target and the last two days of it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", estate)
    as_of = datetime.now(UTC) - timedelta(days=1)
    session = assumed(estate, PROD_EU, "watchkeeper-read")
    frames = collect_target(session, PROD_EU.account_id, PROD_EU.region).frames
    two_days = [need._replace(window_days=2) for need in catalogue.needs(capacity_policy())]
    told, gaps = collect_metrics(
        session.client("cloudwatch", endpoint_url=estate),
        PROD_EU.account_id,
        two_days,
        frames,
        as_of=as_of,
        period_seconds=PERIOD,
    )
    assert gaps.is_empty()
    told = told.drop_nulls("at")
    here = pl.col("account_id") == PROD_EU.account_id, pl.col("region") == PROD_EU.region
    knew = past.telemetry(estate, as_of=as_of)["metrics"].filter(*here, pl.col("at") >= told["at"].min())
    both = told.join(knew, on=POINT, how="full", coalesce=False, suffix="_before")
    differing = both.filter(~(pl.col("value").is_close(pl.col("value_before"))).fill_null(value=False))
    assert told["resource_id"].n_unique() > 40
    assert differing.is_empty(), differing
