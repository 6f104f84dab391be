"""One CloudWatch series per need and resource, and the query that asks for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from include.core.metrics import MetricNeed


class Series(NamedTuple):
    """One statistic of one resource."""

    need: MetricNeed
    resource_id: str
    value: str
    """Of the dimension; often the resource id, for load balancers not."""


def all_series(needs: Iterable[MetricNeed], frames: Mapping[str, pl.DataFrame]) -> Iterator[Series]:
    """Every series to ask for, by window."""
    longest: dict[MetricNeed, int] = {}
    for need in needs:
        same = need._replace(window_days=0)
        longest[same] = max(longest.get(same, 0), need.window_days)
    for same, days in sorted(longest.items(), key=lambda one: (one[1], one[0])):
        need = same._replace(window_days=days)
        if need.dataset not in frames:
            continue
        asked = frames[need.dataset].select("resource_id", value=pl.col(need.source)).drop_nulls()
        for resource_id, value in asked.iter_rows():
            yield Series(need, resource_id, value)


def query(number: int, one: Series, period_seconds: int) -> dict[str, Any]:
    """The MetricDataQuery whose id says the series' number: `q7`."""
    need = one.need
    return {
        "Id": f"q{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": need.namespace,
                "MetricName": need.metric,
                "Dimensions": [{"Name": need.dimension, "Value": one.value}],
            },
            "Period": period_seconds,
            "Stat": need.statistic,
        },
    }
