"""From AWS to the findings, over the whole simulated estate: all of it is found, and nothing else."""

from datetime import UTC, datetime

import polars as pl
import pytest

from include.aws.collect.metrics import collect_metrics
from include.aws.collect.run import collect_target
from include.core.datasets import names
from include.domains.cost.sweep import needs
from include.flows.assessing import judge_snapshot
from include.lake import Lake
from include.lake.telemetry import aggregate
from include.policies.cost import cost_policy
from include.simulation.history import backfill
from include.simulation.manifest import PLACES
from include.simulation.stage import assumed
from include.simulation.truth import fetch

PERIOD = cost_policy().telemetry.period_seconds
SNAPSHOT = "20990101T000000Z"
VERDICT = ["check_id", "account_id", "region", "resource_id", "status"]


@pytest.fixture(scope="module")
def findings(estate, tmp_path_factory) -> pl.DataFrame:
    """FINDINGS of the estate, FAIL and UNKNOWN."""
    lake = Lake(tmp_path_factory.mktemp("lake"))
    backfill(lake, estate)
    as_of = datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", estate)
        read = [_read(place, estate, as_of) for place in PLACES]
    tables = [*names(), "metrics", "gaps"]
    whole = {name: pl.concat([one[name] for one in read if name in one]) for name in tables}
    stats = aggregate(whole["metrics"].lazy(), needs().metrics, as_of=as_of)
    for name, frame in (whole | {"metric_stats": stats}).items():
        lake.land(name, frame, snapshot_id=SNAPSHOT, as_of=as_of)
    targets = [f"{place.account_id}/{place.region}" for place in PLACES]
    lake.close(SNAPSHOT, as_of=as_of, targets=targets, resources=0)
    return judge_snapshot(lake, SNAPSHOT).findings


def _read(place, endpoint, as_of):
    session = assumed(endpoint, place, "watchkeeper-read")
    collected = collect_target(session, place.account_id, place.region)
    metrics, gaps = collect_metrics(
        session.client("cloudwatch"),
        place.account_id,
        needs().metrics,
        collected.frames,
        as_of=as_of,
        period_seconds=PERIOD,
    )
    return collected.frames | {"metrics": metrics, "gaps": pl.concat([collected.gaps, gaps])}


def test_the_sweep_finds_all_of_the_truth_and_nothing_else(findings, estate):
    names_of = {(e.check_id, e.account_id, e.region, e.resource_id, e.status): e.name for e in fetch(estate)}
    found = set(findings.select(VERDICT).iter_rows())
    assert {names_of[row] for row in names_of.keys() - found} == set(), "missed"
    assert found - names_of.keys() == set(), "found, but not there"


def test_every_finding_with_a_price_saves_something(findings):
    priced = findings.filter(pl.col("saving_usd_month").is_not_null())
    assert priced.filter(pl.col("saving_usd_month") <= 0).is_empty()
    assert 1_000 < priced["saving_usd_month"].sum() < 6_000
