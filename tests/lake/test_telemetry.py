"""Raw telemetry to statistics: whole periods, coverage, percentiles, and series without a value."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.core.metrics import METRIC_STATS, METRICS, MetricNeed
from include.lake.telemetry import aggregate

AS_OF = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CPU = MetricNeed("ec2_instances", "AWS/EC2", "CPUUtilization", "Average", "InstanceId", window_days=1)
SERIES = {
    "account_id": "111111111111",
    "region": "eu-west-1",
    "resource_type": "ec2_instances",
    "resource_id": "i-1",
    "namespace": "AWS/EC2",
    "metric": "CPUUtilization",
    "statistic": "Average",
    "period_seconds": 3600,
}


def points(values: dict[datetime, float | None], **series: object) -> pl.DataFrame:
    content = [{**SERIES, **series, "at": at, "value": value} for at, value in values.items()]
    return pl.DataFrame(content, schema=METRICS)


def hourly(*values: float | None) -> dict[datetime, float | None]:
    """Whole hours, the last of them the last that ended by AS_OF."""
    return {AS_OF - HOUR * (len(values) - n): value for n, value in enumerate(values)}


def one(metrics: pl.DataFrame, *needs: MetricNeed, as_of: datetime = AS_OF) -> dict[str, object]:
    found = aggregate(metrics.lazy(), needs or (CPU,), as_of=as_of)
    return found.row(0, named=True) if found.height == 1 else pytest.fail(str(found))


def test_the_statistics_of_one_series():
    found = one(points(hourly(*range(24))))
    assert found == {
        **{name: value for name, value in SERIES.items() if name != "period_seconds"},
        "window_days": 1,
        "sample_count": 24,
        "coverage": 1.0,
        "min": 0.0,
        "max": 23.0,
        "mean": 11.5,
        "sum": 276.0,
        "p95": pytest.approx(21.85),  # rank 0.95 x 23 = 21.85 among 0..23
        "p99": pytest.approx(22.77),
        "newest_at": AS_OF - HOUR,
    }


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        pytest.param(AS_OF - HOUR, True, id="the last whole period"),
        pytest.param(AS_OF, False, id="a period that only begins"),
        pytest.param(AS_OF - timedelta(minutes=30), False, id="a period that has not ended"),
        pytest.param(AS_OF - timedelta(days=1), True, id="the first period of the window"),
        pytest.param(AS_OF - timedelta(days=1) - HOUR, False, id="the period before it"),
        pytest.param(AS_OF + timedelta(days=1), False, id="the future"),
    ],
)
def test_which_periods_lie_in_the_window(at, counts):
    assert one(points({at: 1.0}))["sample_count"] == int(counts)


def test_a_window_never_holds_more_than_its_periods_when_as_of_is_between_two():
    found = one(points(hourly(*range(60))), as_of=AS_OF - timedelta(minutes=17))
    assert (found["sample_count"], found["coverage"]) == (24, 1.0)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({None: None}, "asked, and CloudWatch had nothing"),
        ({AS_OF - HOUR: None}, "a time without a value"),
        ({AS_OF - timedelta(days=9): 5.0}, "only before the window"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_a_series_without_a_value_in_the_window_counts_zero(values, why):
    found = one(points(values))
    assert (found["sample_count"], found["coverage"]) == (0, 0.0)
    assert {found[name] for name in ("min", "max", "mean", "sum", "p95", "p99", "newest_at")} == {None}


def test_gaps_lower_coverage_and_nothing_else():
    found = one(points(hourly(4.0, None, None, 8.0)))
    assert (found["sample_count"], found["coverage"]) == (2, pytest.approx(2 / 24))
    assert (found["mean"], found["newest_at"]) == (6.0, AS_OF - HOUR)


def test_coverage_follows_the_period():
    assert one(points(hourly(1.0), period_seconds=300))["coverage"] == pytest.approx(1 / 288)


def test_each_window_of_a_series_has_its_own_row():
    long = CPU._replace(window_days=7)
    metrics = points({AS_OF - HOUR: 1.0, AS_OF - timedelta(days=3): 9.0})
    found = aggregate(metrics.lazy(), (CPU, long), as_of=AS_OF)
    assert found.select("window_days", "sample_count", "max", "p99").rows() == [
        (1, 1, 1.0, 1.0),
        (7, 2, 9.0, 8.92),
    ]


def test_only_what_is_needed_is_aggregated():
    metrics = pl.concat([
        points(hourly(1.0)),
        points(hourly(1.0), metric="NetworkIn"),
        points(hourly(1.0), statistic="Maximum"),
        points(hourly(1.0), resource_type="rds_instances"),
    ])
    assert one(metrics)["metric"] == "CPUUtilization"


@pytest.mark.parametrize("column", ["account_id", "region", "resource_id"])
def test_series_that_differ_in_one_name_are_not_mixed(column):
    other = {"account_id": "222222222222", "region": "us-east-1", "resource_id": "i-2"}[column]
    both = pl.concat([points(hourly(1.0)), points(hourly(9.0), **{column: other})])
    found = aggregate(both.lazy(), (CPU,), as_of=AS_OF)
    assert sorted(found["max"]) == [1.0, 9.0]


@pytest.mark.parametrize("needs", [(), (CPU,)])
def test_no_telemetry_is_typed_and_empty(needs):
    found = aggregate(METRICS.to_frame().lazy(), needs, as_of=AS_OF)
    assert found.height == 0
    assert found.schema == METRIC_STATS


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone aware"):
        aggregate(METRICS.to_frame().lazy(), (CPU,), as_of=datetime(2026, 1, 1))  # noqa: DTZ001


def test_percentiles_found_in_several_passes_are_the_same(monkeypatch):
    metrics = pl.concat([points(hourly(*range(9)), resource_id=f"i-{n}") for n in range(20)]).lazy()
    expected = aggregate(metrics, (CPU,), as_of=AS_OF)
    for at_once in (1, 7, 60, 179, 180, 181):
        monkeypatch.setattr("include.lake.telemetry.AT_ONCE", at_once)
        assert aggregate(metrics, (CPU,), as_of=AS_OF).equals(expected), at_once
    assert expected.height == 20


@settings(max_examples=30)
@given(st.lists(st.floats(min_value=0, max_value=1e9), min_size=1, max_size=24))
def test_the_statistics_agree_with_numpy(values):
    found = one(points(hourly(*values)))
    assert found["mean"] == pytest.approx(np.mean(values))
    assert found["sum"] == pytest.approx(np.sum(values))
    assert found["p95"] == pytest.approx(np.percentile(values, 95))
    assert found["p99"] == pytest.approx(np.percentile(values, 99))
    assert (found["min"], found["max"]) == (min(values), max(values))


@settings(max_examples=15)
@given(st.randoms())
def test_the_order_of_the_points_does_not_matter(random):
    metrics = pl.concat([points(hourly(*range(9)), resource_id=name) for name in ("i-1", "i-2")])
    order = list(range(metrics.height))
    random.shuffle(order)
    expected = aggregate(metrics.lazy(), (CPU,), as_of=AS_OF)
    assert aggregate(metrics[order].lazy(), (CPU,), as_of=AS_OF).equals(expected)
