"""CloudWatch metrics of the simulated estate: computed when asked, so that they never end and cost no memory.

moto scans every stored point for every period of every query, which takes minutes for an estate like this.
Series declared here are answered from their formula instead; all others are left to moto.
Resolution is one hour: a shorter period yields the hour's point only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import pi, sin
from typing import Any

HOUR = timedelta(hours=1)
SAMPLES_PER_HOUR = 12  # AWS sends most basic metrics every five minutes
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1

Key = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Load:
    """One metric's behaviour, per five-minute sample, in the metric's own CloudWatch unit.

    The hour's average swings by `swing` around `mean` over the day; its maximum reaches `peak` once a day
    (at `peak_hour` UTC) and stays half-way between average and peak otherwise. Nothing exceeds `peak`.
    """

    mean: float
    peak: float | None = None  # None: as the mean
    low: float | None = None  # what its minimum never goes below; None: half the mean
    swing: float = 0.2
    peak_hour: int = 9
    days: float | None = None  # first point so many days before the seeding; None: older than any window
    ended_days: float = 0  # last point so many days before the seeding; 0: it goes on
    missing: float = 0.0  # share of the hours without a point


@dataclass(frozen=True)
class Point:
    """One hour's statistics."""

    average: float
    maximum: float
    minimum: float
    count: int = SAMPLES_PER_HOUR

    @property
    def sum(self) -> float:
        return self.average * self.count


def point(load: Load, salt: int, hour: int) -> Point | None:
    """The hour's statistics (`hour` counts from the epoch), always the same for the same arguments."""
    noise = _noise(salt, hour)
    if noise < load.missing:
        return None
    peak = load.mean if load.peak is None else load.peak
    low = load.mean / 2 if load.low is None else load.low
    daily = sin(2 * pi * ((hour % 24) - load.peak_hour + 6) / 24)
    average = load.mean * (1 + load.swing * (0.7 * daily + 0.3 * (2 * noise - 1)))
    average = min(max(average, low), peak)
    maximum = peak if hour % 24 == load.peak_hour else (average + peak) / 2
    return Point(average, maximum, min(average, (average + low) / 2))


def _noise(salt: int, hour: int) -> float:
    """0..1, by the finaliser of SplitMix64 (Steele, Lea, Flood 2014, figure 15)."""
    z = (salt + (hour + 1) * GOLDEN) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return ((z ^ (z >> 31)) & MASK) / MASK


def combined(points: Iterable[Point], statistic: str) -> float:
    """One statistic over several hours; ValueError for one that CloudWatch has and this does not."""
    held = list(points)
    count = sum(p.count for p in held)
    total = sum(p.sum for p in held)
    if statistic == "Sum":
        return total
    if statistic == "Average":
        return total / count
    if statistic == "Maximum":
        return max(p.maximum for p in held)
    if statistic == "Minimum":
        return min(p.minimum for p in held)
    if statistic == "SampleCount":
        return float(count)
    raise ValueError(f"statistic {statistic!r} is not simulated; expected Sum, Average, Maximum, Minimum")


class Telemetry:
    """The declared series of one account and region, in front of moto's own CloudWatch backend."""

    def __init__(self, backend: Any, seeded_at: datetime) -> None:
        self._series: dict[Key, tuple[Load, int]] = {}
        self._seeded_at = seeded_at
        self._moto = backend.get_metric_data
        backend.get_metric_data = self.get_metric_data

    def add(self, namespace: str, metric: str, dimensions: Mapping[str, str], load: Load, salt: int) -> None:
        self._series[(namespace, metric, frozenset(dimensions.items()))] = (load, salt)

    def get_metric_data(
        self,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[dict[str, Any]]:
        """moto's own signature and result; the window is aligned to full periods, as CloudWatch does."""
        ours = {q["Id"]: found for q in queries if (found := self._series.get(_key(q)))}
        others = [q for q in queries if q["Id"] not in ours]
        answered = {r["id"]: r for r in self._moto(others, start_time, end_time, scan_by)} if others else {}
        for query in queries:
            if query["Id"] in ours:
                answered[query["Id"]] = self._answer(
                    query, *ours[query["Id"]], _utc(start_time), _utc(end_time), scan_by
                )
        return [answered[q["Id"]] for q in queries if q["Id"] in answered]

    def _answer(
        self, query: dict[str, Any], load: Load, salt: int, start: datetime, end: datetime, scan_by: str
    ) -> dict[str, Any]:
        stat = query["MetricStat"]
        hours = max(int(stat["Period"]) // 3600, 1)
        first_ever = self._seeded_at - timedelta(days=load.days) if load.days is not None else start
        first = int(max(start, first_ever).timestamp()) // (3600 * hours) * hours
        if load.ended_days:
            end = min(end, self._seeded_at - timedelta(days=load.ended_days))
        last = -(-int(end.timestamp()) // 3600)
        found: list[tuple[datetime, float]] = []
        for hour in range(first, last, hours):
            span = range(hour, min(hour + hours, last))
            points = [p for one in span if (p := point(load, salt, one)) is not None]
            if points:
                found.append((datetime.fromtimestamp(hour * 3600, UTC), combined(points, stat["Stat"])))
        if scan_by == "TimestampDescending":
            found.reverse()
        metric = stat["Metric"]["MetricName"]
        return {
            "id": query["Id"],
            "label": query.get("Label") or f"{metric} {stat['Stat']}",
            "timestamps": [at for at, _ in found],
            "values": [value for _, value in found],
            "status_code": "Complete",
        }


def _key(query: Mapping[str, Any]) -> Key:
    metric = query.get("MetricStat", {}).get("Metric", {})
    dimensions = frozenset((d["Name"], d["Value"]) for d in metric.get("Dimensions", []))
    return metric.get("Namespace", ""), metric.get("MetricName", ""), dimensions


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
