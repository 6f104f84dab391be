"""Telemetry over many snapshots: what need not be read again, and each point once.

Snapshots overlap: each has read a window of its own. METRIC_WINDOWS says which, per target and metric.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl

from include.core.metrics import METRIC_WINDOWS, METRICS, MetricNeed

KIND = ["resource_type", "namespace", "metric", "statistic"]
TARGET = ["account_id", "region"]

OVERLAP = timedelta(days=1)
"""Read again what CloudWatch may have got late."""


def windows(
    needs: Iterable[MetricNeed], gaps: pl.DataFrame, account_id: str, region: str, *, as_of: datetime
) -> pl.DataFrame:
    """METRIC_WINDOWS of the needs that one target was read for; datasets that GAPS name are left out."""
    missing = set(gaps["dataset"])
    longest: dict[tuple[str, ...], int] = {}
    for need in needs:
        if need.dataset not in missing:
            kind = (need.dataset, need.namespace, need.metric, need.statistic)
            longest[kind] = max(longest.get(kind, 0), need.window_days)
    rows = [
        (account_id, region, *kind, as_of - timedelta(days=days), as_of) for kind, days in longest.items()
    ]
    return pl.DataFrame(rows, schema=METRIC_WINDOWS, orient="row")


def due(needs: Iterable[MetricNeed], read: pl.DataFrame, *, as_of: datetime) -> list[MetricNeed]:
    """The needs, each with the days that one target's METRIC_WINDOWS do not cover yet.

    A metric whose windows reach back without a break as far as its need is read from where they end, a day
    sooner; any other over its whole window.
    """
    covered = _covered(read)
    return [need._replace(window_days=_days(need, covered, as_of)) for need in needs]


def _covered(read: pl.DataFrame) -> dict[tuple[str, ...], tuple[datetime, datetime]]:
    """The newest unbroken stretch of every metric."""
    found: dict[tuple[str, ...], tuple[datetime, datetime]] = {}
    newest_first = read.sort("ends_at", descending=True).select(*KIND, "begins_at", "ends_at")
    for *kind, begins_at, ends_at in newest_first.iter_rows():
        key = tuple(kind)
        begin, end = found.get(key, (begins_at, ends_at))
        if ends_at >= begin:
            found[key] = (min(begin, begins_at), end)
    return found


def _days(
    need: MetricNeed, covered: dict[tuple[str, ...], tuple[datetime, datetime]], as_of: datetime
) -> int:
    stretch = covered.get((need.dataset, need.namespace, need.metric, need.statistic))
    if stretch is None or stretch[0] > as_of - timedelta(days=need.window_days) or stretch[1] > as_of:
        return need.window_days
    return min(need.window_days, -(-(as_of - stretch[1] + OVERLAP) // timedelta(days=1)))


def each_once(metrics: pl.LazyFrame, read: pl.LazyFrame) -> pl.LazyFrame:
    """METRICS of many snapshots with every point once, the newest snapshot's; both with their `snapshot_id`.

    A snapshot's points count until a later one's window begins. Those of a target and metric without a
    window are left out: nobody knows what they lack.
    """
    key = [*TARGET, *KIND]
    later = (
        read
        .sort("ends_at", descending=True)
        .with_columns(until=pl.col("begins_at").cum_min().shift(1).over(key))
        .select(*key, "snapshot_id", "until")
    )
    owned = metrics.join(later, on=[*key, "snapshot_id"], how="inner")
    kept = pl.col("until").is_null() | (pl.col("at") < pl.col("until"))
    return owned.filter(kept).select(METRICS.names())
