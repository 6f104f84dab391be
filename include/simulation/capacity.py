"""The ground truth of capacity: every series whose outlook must be FAIL or UNKNOWN, and no other.

FAIL: the threshold of `capacity.yaml` is reached within its lead time of 30 days. `exhausts_at` is the hour
in which the limit itself is reached when nobody does anything, by the very formula the telemetry is made from
(null: never). UNKNOWN: not enough history. All other series there are must be PASS; `look_alikes` says of
some why they nearly are not. What a refused API hides (estate.DENIED) is nobody's series, and not in here.

In the server's process `capacity_truth(estate)`; everywhere else `fetch(endpoint)`, which asks the server.
The truth is that of a lake filled by `include.simulation.history`, and of an estate nobody has changed yet.
"""

import json
import urllib.request
from datetime import datetime
from typing import NamedTuple

import polars as pl

from include.simulation.estate import resources
from include.simulation.load import combined, hour_of, points
from include.simulation.manifest import Resource, RunsOut, Verdict
from include.simulation.seed import Estate
from include.simulation.series import series

PATH = "/watchkeeper-sim/capacity"
AHEAD = 180 * 24
"""Hours that are looked through for the end."""

DATASETS = {"lambda_functions": "lambda_concurrency"}
"""Where capacity reads of a kind of resource, if not in the dataset of its name."""


class Outlook(NamedTuple):
    """One line of the ground truth."""

    account_id: str
    region: str
    resource_type: str
    resource_id: str
    series_kind: str
    status: Verdict
    exhausts_at: datetime | None
    name: str
    action: str | None
    """What must be proposed, where the estate says so."""


class Steady(NamedTuple):
    """A series of which no plan may come, though it looks like one."""

    resource_id: str
    series_kind: str
    name: str
    why: str


def capacity_truth(estate: Estate) -> list[Outlook]:
    """All expected outlooks, sorted."""
    return sorted(
        Outlook(
            resource.place.account_id,
            resource.place.region,
            DATASETS.get(resource.kind, resource.kind),
            estate.ids[resource.name],
            kind,
            "FAIL" if isinstance(end, RunsOut) else end,
            exhausts_at(resource, end, estate) if isinstance(end, RunsOut) else None,
            resource.name,
            resource.remedies.get(kind),
        )
        for resource in resources()
        for kind, end in resource.capacity.items()
    )


def exhausts_at(resource: Resource, end: RunsOut, estate: Estate) -> datetime:
    """The first hour after the seeding that reaches the limit. ValueError when none of AHEAD does."""
    began = hour_of(estate.seeded_at)
    sent = series(resource, estate.ids[resource.name], estate.number)
    declared = dict(zip(resource.telemetry, sent, strict=True))
    ahead = range(began, began + AHEAD)
    values = pl.concat(
        combined(points(one.load, one.salt, ahead, began), end.statistic)
        for one in (declared[metric] for metric in end.metrics)
    )
    total = values.group_by("at").agg(pl.col("value").sum())
    reached = pl.col("value") <= end.level if end.falls else pl.col("value") >= end.level
    found: datetime | None = total.filter(reached)["at"].min()  # type: ignore[assignment]
    if found is None:
        raise ValueError(f"{resource.name}: expected {end.metrics} to reach {end.level} in {AHEAD} hours")
    return found


def look_alikes(estate: Estate) -> list[Steady]:
    """Every near miss, with the reason it is none."""
    return sorted(
        Steady(estate.ids[one.name], kind, one.name, why)
        for one in resources()
        for kind, why in one.steady.items()
    )


def fetch(endpoint: str) -> list[Outlook]:
    """The running server's truth. OSError (URLError) when there is no server."""
    with urllib.request.urlopen(endpoint.rstrip("/") + PATH, timeout=30) as response:  # noqa: S310 - our own
        rows = json.load(response)["expected"]
    return [Outlook(**row | {"exhausts_at": _moment(row["exhausts_at"])}) for row in rows]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
