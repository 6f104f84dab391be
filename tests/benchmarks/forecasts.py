"""Forecast a file of series as the DAG does: what `make bench-forecasts SERIES=in.parquet OUT=out.parquet`
runs.

In: dataset, series_id, ds, y (null: a gap), horizon; hourly, a row per hour. For each series three origins,
at rows n-3h, n-2h and n-h; only the rows before one are seen. Out: dataset, series_id, origin, ds, p10,
p50, p90. Every forecast goes through `forecast_all`: selection, ensemble and intervals, one process and
thread per core.

A series that the engine calls UNKNOWN has no forecast in the DAG. Here it gets the seasonal naive's,
without an interval, and is counted, so that a file can be scored at all.

`--prophet` also times plain Prophet (defaults, 80 % interval) on the same histories, in as many processes.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.domains.capacity.forecasting import Forecast, Series, forecast_all
from include.domains.capacity.forecasting.history import history
from include.domains.capacity.forecasting.models import seasonal_naive
from include.domains.capacity.forecasting.pool import one_thread

HOUR = timedelta(hours=1)
ORIGINS = (3, 2, 1)


class Rate(NamedTuple):
    """What a run took, starting its processes included."""

    forecasts: int
    seconds: float
    cpu_seconds: float

    def told(self) -> str:
        return (
            f"{self.forecasts / self.seconds:.1f} forecasts/s "
            f"({self.seconds:.1f} s wall, {1000 * self.cpu_seconds / self.forecasts:.0f} ms CPU each)"
        )


def histories(frame: pl.DataFrame) -> Iterator[Series]:
    """The past of every origin, keyed by dataset and series."""
    for key, part in frame.sort("ds").group_by("dataset", "series_id", maintain_order=True):
        values = part["y"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        start, horizon = part["ds"][0].replace(tzinfo=UTC), int(part["horizon"][0])
        for k in ORIGINS:
            past = values[: part.height - k * horizon]
            yield Series(tuple(map(str, key)), start, HOUR, past, horizon=horizon, floor=_floor(past))


def _floor(past: np.ndarray) -> float | None:
    """0 for what never was below it."""
    return None if np.nanmin(past, initial=0.0) < 0 else 0.0


def rows(series: Series, made: Forecast) -> pl.DataFrame:
    """One row per hour ahead."""
    horizon = series.horizon or 0
    if made.status == "PASS":
        quantiles = {"p10": made.p10, "p50": made.p50, "p90": made.p90}
    else:
        known = np.isfinite(series.values).any()
        naive = (
            seasonal_naive.predict(history(series, len(series.values)), horizon)
            if known
            else np.zeros(horizon)
        )
        quantiles = dict.fromkeys(("p10", "p50", "p90"), naive)
    origin = (series.start + len(series.values) * HOUR).replace(tzinfo=None)
    moments = [origin + step * HOUR for step in range(horizon)]
    dataset, series_id = series.key
    names = {"dataset": dataset, "series_id": series_id, "origin": origin}
    frame = pl.DataFrame({"ds": moments, **quantiles})
    return frame.select(*(pl.lit(value).alias(name) for name, value in names.items()), pl.all())


def timed(count: int, work: Iterator[object]) -> tuple[list[object], Rate]:
    """Everything `work` yields, and what that took with the processes it started."""
    began, used = time.perf_counter(), _cpu()
    made = list(work)
    return made, Rate(count, time.perf_counter() - began, _cpu() - used)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def plain_prophet(many: list[Series], workers: int) -> Iterator[object]:
    """Prophet as it comes, on the same histories."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=one_thread) as pool:
        yield from pool.map(_prophet, many, chunksize=8)


def _prophet(series: Series) -> float:
    import logging

    logging.getLogger("prophet.plot").disabled = True
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    horizon = series.horizon or 0
    moments = pd.date_range(series.start.replace(tzinfo=None), periods=len(series.values) + horizon, freq="h")
    past = pd.DataFrame({"ds": moments[: len(series.values)], "y": series.values}).dropna()
    model = Prophet(interval_width=0.8).fit(past)
    return float(model.predict(pd.DataFrame({"ds": moments[len(series.values) :]}))["yhat"].iloc[-1])


def main(source: str, target: str, *, prophet: bool) -> None:
    workers = os.cpu_count() or 1
    many = list(histories(pl.read_parquet(source)))
    made, rate = timed(len(many), forecast_all(many, 1, workers=workers))
    pl.concat(rows(*pair) for pair in zip(many, made, strict=True)).write_parquet(target)
    unknown = [one for one in made if one.status != "PASS"]
    print(f"{len(many) // len(ORIGINS)} series, {len(many)} forecasts on {workers} cores: {rate.told()}")
    for one in unknown:
        print(f"UNKNOWN, the seasonal naive stands in: {' '.join(one.key)}: {one.reason}")
    for one in made:
        if one.status == "PASS" and one.reason:
            print(f"{' '.join(one.key)}: {one.reason}")
    if prophet:
        _, plain = timed(len(many), plain_prophet(many, workers))
        print(f"plain Prophet: {plain.told()}")
        print(
            f"{plain.seconds / rate.seconds:.1f} times Prophet's forecasts per second, "
            f"{plain.cpu_seconds / rate.cpu_seconds:.1f} times per CPU second"
        )


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument]
    paths = [argument for argument in arguments if argument != "--prophet"]
    if len(paths) != 2:
        sys.exit("usage: make bench-forecasts SERIES=in.parquet OUT=out.parquet [PROPHET=1]")
    main(*paths, prophet="--prophet" in arguments)
