"""Raw telemetry to what the rules read: one row of statistics per series and window."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import xor

import polars as pl

from include.core.metrics import METRIC_STATS, MetricNeed

KIND = ["resource_type", "namespace", "metric", "statistic"]
"""What a need asks of every resource."""

SERIES = ["account_id", "region", "resource_id", *KIND]
"""What tells one series from another."""

PERCENTILES = {"p95": 0.95, "p99": 0.99}

AT_ONCE = 64_000_000
"""Points whose percentiles are found in one pass: 2 GiB."""


def aggregate(metrics: pl.LazyFrame, needs: Iterable[MetricNeed], *, as_of: datetime) -> pl.DataFrame:
    """METRIC_STATS of every series of METRICS that a need asks for, once per window length.

    A window is the `window_days` before `as_of`, in whole periods: a period counts when it has ended by
    `as_of` and began in the window. `coverage` is the share of the window's periods that have a value. A
    series without any has `sample_count` 0 and null statistics. Percentiles interpolate linearly between
    closest ranks (definition 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
    Statistician 50, 1996).

    Reads `metrics` with the streaming engine: once for the statistics, with little memory per series, and
    once per AT_ONCE points for the percentiles, which hold their values (about 30 bytes each). Series are
    grouped by a 64-bit hash of their name, which is cheaper than seven strings; among a million series two
    share a hash with probability 3e-8.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of}: expected a time zone aware time")
    kinds: dict[int, set[tuple[str, ...]]] = {}
    for need in needs:
        kind = (need.dataset, need.namespace, need.metric, need.statistic)
        kinds.setdefault(need.window_days, set()).add(kind)
    rows = metrics.with_columns(
        _hashed().alias("series"),
        *(pl.when(_inside(days, as_of)).then("value").alias(f"value_{days}") for days in kinds),
    )
    found = _statistics(rows, list(kinds)).collect(engine="streaming")
    points = metrics.select(pl.len()).collect(engine="streaming").item()
    shares = max(1, -(-points // AT_ONCE))
    ranked = pl.concat(
        _percentiles(rows, list(kinds), share / shares, (share + 1) / shares).collect(engine="streaming")
        for share in range(shares)
    )
    joined = found.join(ranked, on="series", how="left")
    windows = [_window(joined, days, sorted(asked)) for days, asked in kinds.items()]
    return pl.concat([METRIC_STATS.to_frame(), *windows]).sort(*SERIES, "window_days")


def _hashed() -> pl.Expr:
    """The hash of a series' name: each column's own, under a seed of its own, so that swapped values differ.
    Half the time of hashing them as one struct, which every pass would spend on every point."""
    return reduce(xor, (pl.col(column).hash(seed=place) for place, column in enumerate(SERIES)))


def _statistics(rows: pl.LazyFrame, windows: list[int]) -> pl.LazyFrame:
    """One row per series; the columns of a window carry its length, such as `min_14`."""
    columns = [pl.col(column).first() for column in [*SERIES, "period_seconds"]]
    for days in windows:
        value = pl.col(f"value_{days}")
        columns += [
            value.count().alias(f"sample_count_{days}"),
            value.min().alias(f"min_{days}"),
            value.max().alias(f"max_{days}"),
            value.mean().alias(f"mean_{days}"),
            value.sum().alias(f"sum_{days}"),
            pl.col(f"at_{days}").max().alias(f"newest_at_{days}"),
        ]
    measured = [
        pl.when(pl.col(f"value_{days}").is_not_null()).then("at").alias(f"at_{days}") for days in windows
    ]
    return rows.with_columns(measured).group_by("series").agg(columns)


def _percentiles(rows: pl.LazyFrame, windows: list[int], begin: float, end: float) -> pl.LazyFrame:
    """Of the series whose hash lies in that part (0 to 1) of all hashes. Apart from the statistics: an exact
    percentile holds its values, and so nothing else rides along."""
    ranks = [
        pl.col(f"value_{days}").quantile(share, "linear").alias(f"{name}_{days}")
        for days in windows
        for name, share in PERCENTILES.items()
    ]
    values = [f"value_{days}" for days in windows]
    within = pl.col("series").is_between(int(begin * 2**64), int(end * 2**64) - 1)
    return rows.select("series", *values).filter(within).group_by("series").agg(ranks)


def _inside(days: int, as_of: datetime) -> pl.Expr:
    """Whether a point's period lies in the window; in integer microseconds, as this runs for every point."""
    until = int(as_of.timestamp()) * 1_000_000 + as_of.microsecond
    ends = pl.col("at").to_physical() + pl.col("period_seconds") * 1_000_000
    return ends.is_between(until - days * 86_400_000_000, until, closed="right")


def _window(joined: pl.DataFrame, days: int, kinds: list[tuple[str, ...]]) -> pl.DataFrame:
    """METRIC_STATS of one window length: the series of these kinds."""
    asked = pl.DataFrame(kinds, schema=dict.fromkeys(KIND, pl.String), orient="row")
    own = {f"{column}_{days}": column for column in METRIC_STATS if f"{column}_{days}" in joined.columns}
    held = pl.col("sample_count")
    return (
        joined
        .join(asked, on=KIND, how="semi")
        .select(*SERIES, "period_seconds", pl.col(list(own)).name.map(own.__getitem__))
        .with_columns(
            window_days=pl.lit(days),
            coverage=held * pl.col("period_seconds") / timedelta(days=days).total_seconds(),
            sum=pl.when(held > 0).then("sum"),
        )
        .select(pl.col(column).cast(dtype) for column, dtype in METRIC_STATS.items())
    )
