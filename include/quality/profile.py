"""Telemetry as one row per series: millions of points are judged by what they add up to."""

from datetime import UTC, datetime

import polars as pl

from include.core.datasets import UTC_TIME

SERIES = ["account_id", "region", "resource_type", "resource_id", "namespace", "metric", "statistic"]

PROFILE = pl.Schema({
    **dict.fromkeys(SERIES, pl.String),
    "period_seconds": pl.Int64,
    "rows": pl.Int64,
    "points": pl.Int64,  # rows with a value
    "nulls": pl.Int64,  # rows with a time and no value
    "undated": pl.Int64,  # rows with a value and no time
    "not_finite": pl.Int64,  # infinite or not a number
    "repeated": pl.Int64,  # points that share their time with an earlier one
    "gap_share": pl.Float64,  # periods without a point between the oldest and the newest; null: no point
    "min": pl.Float64,
    "max": pl.Float64,
    "newest_at": UTC_TIME,
    "age_hours": pl.Float64,  # of the newest point at `as_of`
})


def profile(metrics: pl.LazyFrame, as_of: datetime) -> pl.DataFrame:
    """PROFILE of METRICS, in one streaming pass. A series that was asked for in vain has `points` 0."""
    at, value = pl.col("at"), pl.col("value")
    point = at.is_not_null() & value.is_not_null()
    series = metrics.with_columns(series=pl.struct(SERIES).hash()).group_by("series")
    found = series.agg(
        *(pl.col(column).first() for column in [*SERIES, "period_seconds"]),
        rows=pl.len(),
        points=point.sum(),
        nulls=(at.is_not_null() & value.is_null()).sum(),
        undated=(at.is_null() & value.is_not_null()).sum(),
        not_finite=(~value.is_finite()).sum(),
        times=at.n_unique() - at.is_null().any(),
        dated=at.count(),
        min=value.min(),
        max=value.max(),
        oldest_at=at.min(),
        newest_at=at.max(),
    ).collect(engine="streaming")
    span = (pl.col("newest_at") - pl.col("oldest_at")).dt.total_seconds() / pl.col("period_seconds") + 1
    return (
        found
        .with_columns(
            repeated=pl.col("dated").cast(pl.Int64) - pl.col("times").cast(pl.Int64),
            gap_share=1 - pl.col("times") / span,
            age_hours=(pl.lit(as_of.astimezone(UTC)) - pl.col("newest_at")).dt.total_seconds() / 3600,
        )
        .select(pl.col(column).cast(dtype) for column, dtype in PROFILE.items())
        .sort(SERIES)
    )
