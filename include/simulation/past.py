"""The telemetry of the simulated estate before the seeding, as a collection would have read it.

From the same formulas CloudWatch is simulated with: for all that capacity follows (capacity.yaml), over its
history, one frame of METRICS and the METRIC_WINDOWS that say nothing of it need be read again.
"""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from include.core.gaps import GAPS
from include.core.metrics import METRIC_WINDOWS, METRICS, MetricNeed
from include.domains.capacity import catalogue
from include.lake.history import windows
from include.policies.capacity import capacity_policy
from include.policies.cost import cost_policy
from include.simulation.capacity import DATASETS
from include.simulation.estate import DENIED, resources
from include.simulation.load import HOUR_SECONDS, combined, hour_of, points
from include.simulation.manifest import PLACES, Place, Resource
from include.simulation.series import Declared, series
from include.simulation.telemetry import hours

HIDDEN = "rds_instances"
"""The dataset behind the refused API."""
MARGIN_DAYS = 1
"""More than the history: a collection's own begins a little later than the seeding."""


def telemetry(endpoint: str, *, as_of: datetime) -> dict[str, pl.DataFrame]:
    """METRICS and METRIC_WINDOWS until `as_of`, by their names. OSError when there is no server there."""
    health, ids = ask(endpoint, "health"), ask(endpoint, "ids")
    seeded_at = datetime.fromisoformat(health["seeded_at"])
    refused = any(one["action"] == DENIED.action for one in ask(endpoint, "faults"))
    needs = catalogue.needs(capacity_policy())
    asked = [need._replace(window_days=need.window_days + MARGIN_DAYS) for need in needs]
    found = [
        _rows(need, one, resource.place, ids[resource.name], as_of, seeded_at)
        for resource in resources()
        if resource.name in ids and not (refused and _hidden(resource.kind, resource.place))
        for one in series(resource, ids[resource.name], health["seed"])
        for need in _wanted(asked, resource, one)
    ]
    read = [windows(asked, _gaps(place, refused=refused), *place, as_of=as_of) for place in PLACES]
    return {
        "metrics": pl.concat([METRICS.to_frame(), *found]),
        "metric_windows": pl.concat([METRIC_WINDOWS.to_frame(), *read]),
    }


def ask(endpoint: str, name: str) -> Any:
    """What the simulation's own endpoint of that name says."""
    with urllib.request.urlopen(f"{endpoint.rstrip('/')}/watchkeeper-sim/{name}", timeout=30) as answer:  # noqa: S310 - our own
        return json.load(answer)


def _wanted(needs: list[MetricNeed], resource: Resource, one: Declared) -> Iterator[MetricNeed]:
    """The needs that this series answers, each statistic once."""
    datasets = {resource.kind, DATASETS.get(resource.kind, resource.kind)}
    seen = set()
    for need in needs:
        if need.dataset in datasets and (need.namespace, need.metric) == (one.namespace, one.metric):
            if need.statistic not in seen:
                yield need
            seen.add(need.statistic)


def _rows(
    need: MetricNeed, one: Declared, place: Place, resource_id: str, as_of: datetime, seeded_at: datetime
) -> pl.DataFrame:
    """METRICS of one series, in whole periods before `as_of`."""
    period = need.period_seconds or cost_policy().telemetry.period_seconds
    span = max(period // HOUR_SECONDS, 1)
    until = datetime.fromtimestamp(as_of.timestamp() // period * period, UTC)
    whole = hours(one.load, until - timedelta(days=need.window_days), until, seeded_at=seeded_at, span=span)
    held = points(one.load, one.salt, whole, hour_of(seeded_at))
    named = {
        "account_id": place.account_id,
        "region": place.region,
        "resource_type": need.dataset,
        "resource_id": resource_id,
        "namespace": need.namespace,
        "metric": need.metric,
        "statistic": need.statistic,
        "period_seconds": period,
    }
    values = combined(held, need.statistic, span)
    return values.select(
        (pl.lit(named[column]) if column in named else pl.col(column)).cast(dtype).alias(column)
        for column, dtype in METRICS.items()
    )


def _hidden(dataset: str, place: Place) -> bool:
    return dataset == HIDDEN and place == (DENIED.account_id, DENIED.region)


def _gaps(place: Place, *, refused: bool) -> pl.DataFrame:
    hidden = refused and _hidden(HIDDEN, place)
    rows = [(*place, HIDDEN, DENIED.action, "AccessDenied", "")] if hidden else []
    return pl.DataFrame(rows, schema=GAPS, orient="row")
