"""Series that run out on a known day: how often it lies within P10 to P90, and the median error in days.

    python tests/benchmarks/bench_exhaustion.py [CASES] [SEED]

Each case is drawn anew: trend (straight, by a share, damped, with a kink, wandering, none), weekly season
(none, additive, growing along), noise (normal or heavy-tailed, independent or not), level shifts before and
after the forecast, gaps, 35 to 180 days of hourly history. The limit lies where the noise-free series is on a
day 10 to 110 days ahead; the true date is the first day on which a peak reaches it. What `prepare` and
`days_ahead` say at the end of the history is compared with it. One JSON line.
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.core.series import SeriesKind, SeriesTable
from include.domains.capacity.catalogue import SATURATION
from include.domains.capacity.days_ahead import days_ahead
from include.domains.capacity.preparation import prepare

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
HISTORIES = (35, 60, 92, 92, 180)
FUTURE = 200
HORIZON = 180
AHEAD = (30, 60, 90)
NEAR = 15
"""Days around each of AHEAD whose cases count there."""
TABLE = SeriesTable(
    series={
        "generated": SeriesKind.model_validate({
            "title": "Generated", "dataset": "ebs_volumes", "namespace": "bench", "metrics": ["Usage"],
            "statistic": "Maximum", "unit": "units", "limit": [{"column": "size_gib"}], "threshold": 0.8,
            "source": "this benchmark",
        })
    },
    planning={"horizon_days": HORIZON},
)  # fmt: skip


class Case(NamedTuple):
    """A history of hours, and what comes."""

    trend: str
    hours: np.ndarray
    limit: float
    exhausts: float
    """Days after the history, 1: the first; infinite: not within FUTURE."""


def cases(count: int, seed: int) -> list[Case]:
    """So many series that have not yet reached their limit."""
    rng = np.random.default_rng(seed)
    found: list[Case] = []
    while len(found) < count:
        one = _case(rng)
        if one is not None:
            found.append(one)
    return found


def _case(rng: np.random.Generator) -> Case | None:
    past = int(rng.choice(HISTORIES))
    days = past + FUTURE
    base = 10 ** rng.uniform(0, 4)
    name, trend = _trend(rng, base, past, days)
    season = _season(rng, trend, base)
    shifts = np.zeros(days)
    if rng.random() < 0.4:
        for day in rng.integers(5, days, size=rng.integers(1, 3)):
            shifts[day:] += rng.normal(0, 0.12) * base
    certain = trend + season + shifts
    peaks = np.maximum(certain + _noise(rng, days, base), 0)
    target = past + int(rng.integers(10, 110))
    limit = float(certain[target - 3 : target + 4].max())
    if name == "none":
        limit = float(peaks[:past].max() + rng.uniform(0.2, 1.0) * base)
    if limit <= peaks[:past].max():
        return None
    reached = np.flatnonzero(peaks[past:] >= limit)
    exhausts = float(reached[0] + 1) if len(reached) else np.inf
    return Case(name, _hourly(rng, peaks[:past]), limit, exhausts)


def _trend(rng: np.random.Generator, base: float, past: int, days: int) -> tuple[str, np.ndarray]:
    day = np.arange(days)
    daily = rng.uniform(0.05, 0.6) * base / 92
    name = str(rng.choice(["straight", "share", "damped", "kink", "wandering", "none"]))
    if name == "straight":
        return name, base + daily * day
    if name == "share":
        return name, base * np.exp(np.log1p(daily * 92 / base) / 92 * day)
    if name == "damped":
        return name, base + daily * 1.5 * np.cumsum(0.995**day)
    if name == "kink":
        at = rng.integers(past // 4, past - 12)
        later = daily * rng.uniform(0.3, 2.0)
        return name, base + np.where(day < at, daily * day, daily * at + later * (day - at))
    if name == "wandering":
        return name, base + daily * day + np.cumsum(rng.normal(0, daily * rng.uniform(0.5, 3), days))
    return name, np.full(days, base)


def _season(rng: np.random.Generator, trend: np.ndarray, base: float) -> np.ndarray:
    size = rng.choice([0, 0.05, 0.15, 0.3], p=[0.3, 0.3, 0.25, 0.15])
    week = np.roll(np.array([0, 0.2, 0.3, 0.2, 0, -1, -0.9]), rng.integers(7)) * size
    position = np.arange(len(trend)) % 7
    return week[position] * (trend if rng.random() < 0.5 else base)


def _noise(rng: np.random.Generator, days: int, base: float) -> np.ndarray:
    size = rng.choice([0.003, 0.02, 0.05, 0.1]) * base
    noise = rng.normal(0, size, days) if rng.random() < 0.6 else rng.standard_t(4, days) * size / 1.4
    if rng.random() < 0.3:
        memory = rng.uniform(0.3, 0.8)
        for day in range(1, days):
            noise[day] = memory * noise[day - 1] + noise[day] * np.sqrt(1 - memory**2)
    return noise


def _hourly(rng: np.random.Generator, peaks: np.ndarray) -> np.ndarray:
    """Hours whose highest value each day is that day's peak; a few days are missing, and single hours."""
    depth = rng.uniform(0, 0.6)
    shape = 1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * (np.arange(24) - rng.integers(24)) / 24))
    hours = np.outer(peaks, shape / shape.max()) * rng.uniform(0.97, 1, (len(peaks), 24))
    hours[np.arange(len(peaks)), shape.argmax()] = peaks
    hours[1:-1][rng.random(len(peaks) - 2) < 0.02] = np.nan
    return hours.ravel()


def saturation(found: Sequence[Case]) -> pl.DataFrame:
    """SATURATION of all cases, each history ending at AS_OF."""
    frames = [
        pl.DataFrame({
            "resource_id": f"case-{number:05}",
            "ts": pl.datetime_range(
                AS_OF - timedelta(hours=len(one.hours)),
                AS_OF,
                "1h",
                closed="left",
                time_zone="UTC",
                eager=True,
            ),
            "usage": one.hours,
            "limit": one.limit,
        })
        for number, one in enumerate(found)
    ]
    named = pl.concat(frames).filter(pl.col("usage").is_not_nan()).with_columns(
        account_id=pl.lit("111111111111"), region=pl.lit("eu-west-1"), resource_type=pl.lit("ebs_volumes"),
        series_kind=pl.lit("generated"), saturation=pl.col("usage") / pl.col("limit"), reason=pl.lit(None),
    )  # fmt: skip
    return named.select(pl.col(name).cast(dtype) for name, dtype in SATURATION.items())


def judged(found: Sequence[Case], said: pl.DataFrame) -> dict[str, object]:
    """The figures: coverage and errors near each of AHEAD (beside a straight line's), and false alarms."""
    true = np.array([one.exhausts for one in found])
    early, middle, late = (
        said[f"exhausts_{name}"].cast(pl.Float64).fill_null(np.inf).to_numpy()
        for name in ("p10", "p50", "p90")
    )
    seen = np.where(true > HORIZON, np.inf, true)
    inside = (seen >= early) & (seen <= late)
    trend = np.array([one.trend for one in found])
    growing = trend != "none"
    lines = np.array([_line(one) for one in found])
    figures: dict[str, object] = {
        "cases": len(found),
        "inside": _share(inside[growing]),
        "too_early_for_p10": _share((seen < early)[growing]),
        "too_late_for_p90": _share((seen > late)[growing]),
    }
    for days in AHEAD:
        near = growing & (np.abs(true - days) <= NEAR)
        off = np.minimum(middle, HORIZON)[near] - true[near]
        figures[f"at_{days}_days"] = {
            "cases": int(near.sum()),
            "inside": _share(inside[near]),
            "median_error_days": round(float(np.median(np.abs(off))), 1),
            "median_bias_days": round(float(np.median(off)), 1),
            "median_error_days_of_a_line": round(float(np.median(np.abs(lines - true)[near])), 1),
        }
    figures["inside_by_trend"] = {str(name): _share(inside[trend == name]) for name in np.unique(trend)}
    figures["false_alarms_without_trend"] = _share((np.isfinite(middle) & np.isinf(seen))[~growing])
    return figures


def _line(one: Case) -> float:
    """The day on which a straight line through the daily peaks (least squares) reaches the limit."""
    peaks = np.nanmax(
        one.hours.reshape(-1, 24), axis=1, initial=-np.inf, where=~np.isnan(one.hours.reshape(-1, 24))
    )
    known = np.isfinite(peaks)
    slope, start = np.polyfit(np.arange(len(peaks))[known], peaks[known], 1)
    day = (one.limit - start) / slope - len(peaks) + 1 if slope > 0 else np.inf
    return float(np.clip(day, 1, HORIZON))


def _share(which: np.ndarray) -> float:
    return round(float(which.mean()), 3)


def main(count: int, seed: int) -> dict[str, object]:
    found = cases(count, seed)
    frame = saturation(found)
    began, worked = time.perf_counter(), time.process_time()
    prepared = prepare(frame, TABLE, as_of=AS_OF)
    ahead = days_ahead(prepared, TABLE, as_of=AS_OF)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    if ahead.passages.height != count:
        raise SystemExit(f"expected a forecast for each of {count} cases, got {ahead.passages.height}")
    figures = judged(found, ahead.passages.sort("resource_id"))
    return {"benchmark": "exhaustion", **figures, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1)}


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:3]]
    print(json.dumps(main(*(arguments + [1000, 20_261_126][len(arguments) :]))))
