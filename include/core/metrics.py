"""Which telemetry a check needs, and the aggregate it reads."""

from typing import NamedTuple

import polars as pl

from include.core.datasets import UTC_TIME


class MetricNeed(NamedTuple):
    """One CloudWatch statistic for every resource of one dataset.

    `dimension` is the CloudWatch dimension whose value is the column `source` of the dataset. Without one
    (`""`) the metric is the account's own; where `source` then holds keys with values, like tags, they are
    the dimensions.
    """

    dataset: str
    namespace: str
    metric: str
    statistic: str  # Average, Maximum, Minimum, Sum, SampleCount
    dimension: str
    source: str = "resource_id"
    window_days: int = 14
    also: tuple[tuple[str, str], ...] = ()
    """Further dimensions, each with its column, or its value: `("StorageType", "=StandardStorage")`."""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Only rows whose column has one of these values."""
    period_seconds: int = 0
    """0: as finely as telemetry is read."""


METRICS = pl.Schema({
    "account_id": pl.String,
    "region": pl.String,
    "resource_type": pl.String,
    "resource_id": pl.String,
    "namespace": pl.String,
    "metric": pl.String,
    "statistic": pl.String,
    "period_seconds": pl.Int64,
    "at": UTC_TIME,  # start of the period
    "value": pl.Float64,  # in the metric's own CloudWatch unit
})
"""Raw telemetry, one row per datapoint. A series that was asked for and has no datapoint has one row with
null `at` and `value`: asked and empty is not the same as never asked."""

METRIC_STATS = pl.Schema({
    "account_id": pl.String,
    "region": pl.String,
    "resource_type": pl.String,
    "resource_id": pl.String,
    "namespace": pl.String,
    "metric": pl.String,
    "statistic": pl.String,
    "window_days": pl.Int64,
    "sample_count": pl.Int64,
    "coverage": pl.Float64,  # sample_count / samples the whole window holds
    "min": pl.Float64,
    "max": pl.Float64,
    "mean": pl.Float64,
    "sum": pl.Float64,
    "p95": pl.Float64,
    "p99": pl.Float64,
    "newest_at": UTC_TIME,
})
"""One row per series that was asked for; `sample_count` 0 where CloudWatch had nothing."""

METRIC_WINDOWS = pl.Schema({
    "account_id": pl.String,
    "region": pl.String,
    "resource_type": pl.String,
    "namespace": pl.String,
    "metric": pl.String,
    "statistic": pl.String,
    "begins_at": UTC_TIME,
    "ends_at": UTC_TIME,
})
"""What a snapshot has read of CloudWatch in a target without a gap: the longest window per metric."""
