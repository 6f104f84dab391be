"""Aggregated telemetry beside the resources it belongs to, and when it is too little to judge by."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from include.core.metrics import MetricNeed
from include.domains.cost.verdicts import Case

KEY = ["account_id", "region", "resource_id"]
AGGREGATES = ("min", "max", "mean", "sum", "p95", "p99")


def with_stats(frame: pl.LazyFrame, stats: pl.LazyFrame, series: Mapping[str, MetricNeed]) -> pl.LazyFrame:
    """`frame` with `<alias>_<aggregate>` of every series, in the metric's own unit, and over all series
    `sample_count` and `coverage` of the poorest. Both are null when a series was never asked for."""
    for alias, need in series.items():
        names = {"samples": "sample_count", "coverage": "coverage"} | {name: name for name in AGGREGATES}
        own = stats.filter(
            resource_type=need.dataset,
            namespace=need.namespace,
            metric=need.metric,
            statistic=need.statistic,
            window_days=need.window_days,
        ).select(*KEY, **{f"{alias}_{new}": pl.col(old) for new, old in names.items()})
        frame = frame.join(own, on=KEY, how="left", maintain_order="left")
    return frame.with_columns(
        sample_count=_poorest([f"{alias}_samples" for alias in series]),
        coverage=_poorest([f"{alias}_coverage" for alias in series]),
    )


def _poorest(columns: list[str]) -> pl.Expr:
    """The least of the columns; null when one of them is."""
    return pl.when(pl.all_horizontal(pl.col(columns).is_not_null())).then(pl.min_horizontal(columns))


def age_days(column: str, as_of: datetime) -> pl.Expr:
    """Whole days from a moment until `as_of`."""
    return (pl.lit(as_of) - pl.col(column)).dt.total_days()


def at_least_days_old(column: str, days: int, as_of: datetime) -> pl.Expr:
    """At least `days` x 24 h before `as_of`; null when the moment is unknown."""
    return pl.col(column) <= pl.lit(as_of - timedelta(days=days))


def too_young(column: str, days: int, as_of: datetime) -> Case:
    """Began within the window: what came before says nothing of it."""
    return Case(
        ~at_least_days_old(column, days, as_of),
        pl.format(f"Only {{}} of the {days} days to judge by: it began on {{}}.",
                  age_days(column, as_of), pl.col(column).dt.date()),
    )  # fmt: skip


def never_asked(series: Mapping[str, MetricNeed]) -> Case:
    """A metric that was not read is not a metric without datapoints."""
    names = ", ".join(dict.fromkeys(need.metric for need in series.values()))
    return Case(pl.col("sample_count").is_null(), pl.lit(f"CloudWatch was not asked for all of {names}."))


def too_little(series: Mapping[str, MetricNeed], min_coverage: float, window_days: int) -> list[Case]:
    """Not asked, or fewer datapoints than `min_coverage` of what the window holds."""
    thin = Case(
        pl.col("coverage").is_null() | (pl.col("coverage") < min_coverage),
        pl.format(
            f"Telemetry covers {{}} % of the last {window_days} days; {min_coverage * 100:g} % are needed to "
            "judge.",
            (pl.col("coverage") * 100).floor().cast(pl.Int64),
        ),
    )
    return [never_asked(series), thin]
