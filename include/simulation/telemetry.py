"""CloudWatch metrics of the simulated estate: computed when asked, so that they never end and cost no memory.

moto scans every stored point for every period of every query, which takes minutes for an estate like this.
Series declared here are answered from their formula instead; all others are left to moto.
Resolution is one hour: a shorter period yields the hour's point only.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from include.simulation.load import HOUR_SECONDS, Load, combined, hour_of, points

Key = tuple[str, str, frozenset[tuple[str, str]]]


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
        span = max(int(stat["Period"]) // HOUR_SECONDS, 1)
        asked = hours(load, start, end, seeded_at=self._seeded_at, span=span)
        found = combined(points(load, salt, asked, hour_of(self._seeded_at)), stat["Stat"], span)
        if scan_by == "TimestampDescending":
            found = found.reverse()
        return {
            "id": query["Id"],
            "label": query.get("Label") or f"{stat['Metric']['MetricName']} {stat['Stat']}",
            "timestamps": found["at"].to_list(),
            "values": found["value"].to_list(),
            "status_code": "Complete",
        }


def hours(load: Load, start: datetime, end: datetime, *, seeded_at: datetime, span: int = 1) -> range:
    """The hours of a window that a load may have points in, from a full period of `span` hours on."""
    first_ever = seeded_at - timedelta(days=load.days) if load.days is not None else start
    if load.ended_days:
        end = min(end, seeded_at - timedelta(days=load.ended_days))
    return range(hour_of(max(start, first_ever)) // span * span, -(-int(end.timestamp()) // HOUR_SECONDS))


def _key(query: Mapping[str, Any]) -> Key:
    metric = query.get("MetricStat", {}).get("Metric", {})
    dimensions = frozenset((d["Name"], d["Value"]) for d in metric.get("Dimensions", []))
    return metric.get("Namespace", ""), metric.get("MetricName", ""), dimensions


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
