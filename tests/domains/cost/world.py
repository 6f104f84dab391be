"""Small estates for the cost checks: a test states only what makes its case different."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from include.core.datasets import names, schema
from include.core.discovery import modules
from include.core.metrics import METRIC_STATS, MetricNeed
from include.core.prices import PRICES
from include.domains.cost import checks

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
ACCOUNT, REGION = "111111111111", "eu-west-1"
PRICE_DATE = date(2026, 1, 15)
SINCE = {
    "account_id": pl.String,
    "region": pl.String,
    "resource_id": pl.String,
    "since": pl.Datetime("us", "UTC"),
}
CHECKS = modules(checks.__name__)

Row = dict[str, Any]


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def resource(resource_id: str = "r-1", **values: Any) -> Row:
    return {"account_id": ACCOUNT, "region": REGION, "resource_id": resource_id, **values}


def stat(need: MetricNeed, resource_id: str = "r-1", **values: Any) -> Row:
    """One aggregated series with its whole history and nothing but zeros."""
    zeros = dict.fromkeys(("min", "max", "mean", "sum", "p95", "p99"), 0.0)
    whole = {"sample_count": need.window_days * 24, "coverage": 1.0, "newest_at": AS_OF}
    series = {
        "resource_type": need.dataset,
        "namespace": need.namespace,
        "metric": need.metric,
        "statistic": need.statistic,
        "window_days": need.window_days,
    }
    return resource(resource_id) | series | whole | zeros | values


def nothing() -> Row:
    """What a series without one datapoint is aggregated to."""
    return {"sample_count": 0, "coverage": 0.0} | dict.fromkeys((
        "min",
        "max",
        "mean",
        "sum",
        "p95",
        "p99",
        "newest_at",
    ))


def prices(by_sku: Mapping[str, float | None]) -> list[Row]:
    return [
        {
            "region": REGION,
            "sku": sku,
            "usd": usd,
            "unit": "hour",
            "price_source": "test",
            "price_date": PRICE_DATE,
        }
        for sku, usd in by_sku.items()
    ]


def estate(
    stats: Sequence[Row] = (),
    priced: Mapping[str, float | None] | None = None,
    since: Mapping[str, datetime] | None = None,
    **datasets: Sequence[Row],
) -> dict[str, pl.LazyFrame]:
    """Every frame a check may read; datasets not given are empty."""
    frames = {name: pl.DataFrame(list(datasets.get(name, ())), schema=schema(name)) for name in names()}
    seen = [resource(name, since=at) for name, at in (since or {}).items()]
    frames |= {f"{name}_since": pl.DataFrame(seen, schema=SINCE) for name in names()}
    frames["metric_stats"] = pl.DataFrame(list(stats), schema=METRIC_STATS)
    frames["prices"] = pl.DataFrame(prices(priced or {}), schema=PRICES)
    return {name: frame.lazy() for name, frame in frames.items()}


def series(check_id: str, resource_id: str = "r-1", **values: Mapping[str, Any] | None) -> list[Row]:
    """The series a check needs, by its own aliases; None: never asked for."""
    return [
        stat(need, resource_id, **(values.get(alias) or {}))
        for alias, need in CHECKS[check_id].SERIES.items()
        if not (alias in values and values[alias] is None)
    ]


def judged(check_id: str, world: Mapping[str, pl.LazyFrame], **thresholds: Any) -> dict[str, Row]:
    """A check's findings by resource; evidence and params read."""
    check = CHECKS[check_id]
    rows = check.judge(world, check.Thresholds(**thresholds), as_of=AS_OF).collect().rows(named=True)
    assert len({row["resource_id"] for row in rows}) == len(rows)
    for row in rows:
        row["evidence"] = json.loads(row["evidence"])
        row["params"] = None if row["params"] is None else json.loads(row["params"])
    return {row["resource_id"]: row for row in rows}
