"""Daily peaks for months ahead: quantiles, the dates on which they pass threshold and limit, and the risk."""

import json
import time
from datetime import datetime
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.core.forecasts import FORECAST_MODELS, FORECASTS, SERIES
from include.core.planning import WhatIf
from include.core.series import SeriesTable
from include.domains.capacity.local_days import day_after
from include.domains.capacity.passages import PASSAGES, passages
from include.domains.capacity.preparation import Prepared
from include.domains.capacity.trend.backtest import INTERVAL, Tested, backtest, mix, names
from include.domains.capacity.trend.candidates import NAIVE, STRUCTURAL, naive, structural
from include.domains.capacity.trend.history import event_factors, histories, without_events
from include.domains.capacity.trend.paths import draws
from include.domains.capacity.trend.weekly import Floats

AT_ONCE = 100
"""Series whose futures are in memory at a time: 100 x 180 days x 400 paths are 29 MB, a few times over."""

WEIGHED = "weighed anew: the trend's backtest costs little, and runs every time"


class DaysAhead(NamedTuple):
    """What the days ahead hold."""

    forecasts: pl.DataFrame
    """FORECASTS of grain day, base scenario."""
    models: pl.DataFrame
    """FORECAST_MODELS of grain day, also of series without a forecast."""
    passages: pl.DataFrame
    """PASSAGES of base, and of `what_if` where it asks something."""


def days_ahead(
    prepared: Prepared,
    table: SeriesTable,
    *,
    as_of: datetime,
    what_if: WhatIf | None = None,
    nodes: pl.DataFrame | None = None,
) -> DaysAhead:
    """The days ahead of every series whose profile allows it.

    `nodes` (`sid`, `nodes`: see `world.nodes`) is what a what-if removes from; without it nothing is.
    """
    profiles = prepared.profiles.filter(pl.col("grain") == "day")
    usable = profiles.filter(pl.col("status") == "PASS", pl.col("series_kind").is_in(list(table.series)))
    if nodes is not None:
        usable = usable.join(nodes, on="sid", how="left", maintain_order="left")
    parts = [
        _part(prepared.days, usable.slice(start, AT_ONCE), table, as_of, what_if)
        for start in range(0, usable.height, AT_ONCE)
    ]
    forecasts, models, passed = ([part[n] for part in parts] for n in range(3))
    return DaysAhead(
        pl.concat([FORECASTS.to_frame(), *forecasts]),
        _models(profiles, pl.concat([_TESTED.to_frame(), *models])),
        pl.concat([PASSAGES.to_frame(), *passed]),
    )


_TESTED = pl.Schema({
    "sid": pl.UInt32,
    "model": pl.String,
    "weights": pl.String,
    "error": pl.Float64,
    "naive_error": pl.Float64,
    "coverage": pl.Float64,
    "candidates": pl.String,
    "origins": pl.Int64,
    "seconds": pl.Float64,
})


def _part(
    days: pl.DataFrame, series: pl.DataFrame, table: SeriesTable, as_of: datetime, what_if: WhatIf | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Forecasts, the choice and passages of some series."""
    began = time.perf_counter()
    kinds = series["series_kind"].to_list()
    plans = [table.planned(kind) for kind in kinds]
    late = _days_between(series["issued_at"], as_of)
    ahead = int(late.max()) + max(max(p.horizon_days, p.hold_days, p.lead_time_days) for p in plans)
    own = days.filter(pl.col("sid").is_in(series["sid"].implode()))
    history = without_events(histories(own, series["sid"]), kinds, table.events, table.time_zone)
    tested = backtest(history)
    random = draws(ahead)
    paths = mix(structural(history, random), naive(history, random), tested.share)
    quantiles = np.quantile(paths, INTERVAL, axis=2).astype(np.float32)
    middle, wider = quantiles[1].copy(), tested.widening.astype(np.float32)[:, None]
    quantiles = middle + (quantiles - middle) * wider
    paths = middle[:, :, None] + (paths - middle[:, :, None]) * wider[:, :, None]
    if table.events:
        factors = event_factors(history, kinds, table.events, table.time_zone, ahead=ahead)
        paths, quantiles = paths * factors[:, :, None], quantiles * factors
    passed = passages(paths, quantiles[1], series, table, late=late, as_of=as_of, what_if=what_if)
    seconds = (time.perf_counter() - began) / len(kinds)
    horizons = late + np.array([plan.horizon_days for plan in plans])
    return _forecasts(series, quantiles, horizons, table.time_zone), _tested(series, tested, seconds), passed


def _days_between(issued_at: pl.Series, as_of: datetime) -> NDArray[np.int64]:
    """Whole days from the end of each history to `as_of`: 0 where it ends today."""
    days: NDArray[np.int64] = (as_of - issued_at).dt.total_days().clip(0).to_numpy()
    return days


def _forecasts(
    series: pl.DataFrame, quantiles: Floats, horizons: NDArray[np.int64], zone: str
) -> pl.DataFrame:
    count, ahead = quantiles.shape[1:]
    step = np.arange(1, ahead + 1)
    long = pl.DataFrame({
        "row": np.repeat(np.arange(count, dtype=np.uint32), ahead),
        "step": np.tile(step, count),
        **{name: quantiles[n].ravel() for n, name in enumerate(("p10", "p50", "p90"))},
    })
    named = series.select(*SERIES, "grain", "issued_at", horizon=pl.Series(horizons)).with_row_index("row")
    return (
        long
        .join(named, on="row", maintain_order="left")
        .filter(pl.col("step") <= pl.col("horizon"))
        .with_columns(ts=day_after(pl.col("issued_at"), pl.col("step") - 1, zone))
        .select(pl.col(name).cast(dtype) for name, dtype in FORECASTS.items())
    )


def _tested(series: pl.DataFrame, tested: Tested, seconds: float) -> pl.DataFrame:
    errors = np.where(np.isfinite(tested.errors), tested.errors, np.nan)
    rows = [
        {
            "sid": sid,
            "model": " + ".join(names(share)),
            "weights": json.dumps(names(share)),
            "candidates": json.dumps(
                {} if np.isnan(trend) else {STRUCTURAL: trend, "half_half": half, NAIVE: flat}
            ),
            "origins": origins,
            "seconds": seconds,
        }
        for sid, share, (trend, half, flat), origins in zip(
            series["sid"], tested.share, errors.tolist(), tested.origins.tolist(), strict=True
        )
    ]
    numbers = {
        name: pl.Series(values).fill_nan(None)
        for name, values in (
            ("error", tested.error), ("naive_error", tested.naive_error), ("coverage", tested.coverage),
        )
    }  # fmt: skip
    frame = pl.DataFrame(rows).with_columns(**numbers)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in _TESTED.items())


def _models(profiles: pl.DataFrame, tested: pl.DataFrame) -> pl.DataFrame:
    """FORECAST_MODELS of all profiles."""
    known = profiles.join(tested, on="sid", how="left", maintain_order="left").with_columns(
        chosen_at=pl.when(pl.col("model").is_not_null()).then("issued_at"),
        chosen_because=pl.when(pl.col("model").is_not_null()).then(pl.lit(WEIGHED)),
    )
    return known.select(pl.col(name).cast(dtype) for name, dtype in FORECAST_MODELS.items())
