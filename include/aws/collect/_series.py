"""One CloudWatch series per need and resource, and the query that asks for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from include.core.metrics import MetricNeed

Dimensions = tuple[tuple[str, str], ...]


class Series(NamedTuple):
    """One statistic of one resource."""

    need: MetricNeed
    resource_id: str
    dimensions: Dimensions
    """Name and value; the value is often the resource id, for load balancers not."""


def all_series(needs: Iterable[MetricNeed], frames: Mapping[str, pl.DataFrame]) -> list[Series]:
    """Every series to ask for, by window and period.

    A statistic of a resource is asked for once: of needs that share it, the one with the longest window.
    """
    chosen: dict[tuple[str, ...], Series] = {}
    for need in sorted(needs, key=lambda one: (-one.window_days, one)):
        if need.dataset not in frames:
            continue
        for resource_id, dimensions in _resources(need, frames[need.dataset]):
            name = (need.dataset, resource_id, need.namespace, need.metric, need.statistic)
            chosen.setdefault(name, Series(need, resource_id, dimensions))
    return sorted(chosen.values(), key=lambda one: (one.need.window_days, one.need.period_seconds, one.need))


def _resources(need: MetricNeed, frame: pl.DataFrame) -> Iterator[tuple[str, Dimensions]]:
    """The resources a need asks for, each with the dimensions of its series."""
    for column, values in need.where:
        frame = frame.filter(pl.col(column).cast(pl.String).is_in(list(values)))
    sources = {f"also_{n}": source for n, (_, source) in enumerate(need.also)}
    asked = frame.select(
        "resource_id",
        pl.col(need.source).alias("own"),
        **{alias: _value(source) for alias, source in sources.items()},
    ).drop_nulls()
    further = [name for name, _ in need.also]
    for resource_id, own, *rest in asked.iter_rows():
        yield resource_id, (*_own(need, own), *zip(further, rest, strict=True))


def _own(need: MetricNeed, value: Any) -> Dimensions:
    if need.dimension:
        return ((need.dimension, str(value)),)
    if isinstance(value, list):
        return tuple((one["key"], one["value"]) for one in value)
    return ()


def _value(source: str) -> pl.Expr:
    return pl.lit(source[1:]) if source.startswith("=") else pl.col(source)


def query(number: int, one: Series, period_seconds: int) -> dict[str, Any]:
    """The MetricDataQuery whose id says the series' number: `q7`."""
    need = one.need
    return {
        "Id": f"q{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": need.namespace,
                "MetricName": need.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in one.dimensions],
            },
            "Period": period_seconds,
            "Stat": need.statistic,
        },
    }
