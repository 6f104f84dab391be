"""Daily peaks for months ahead: quantiles, the dates on which they pass threshold and limit, and the risk."""

import time
from datetime import datetime
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.core.forecasts import FORECASTS
from include.core.planning import WhatIf
from include.core.series import SeriesTable
from include.domains.capacity import day_frames
from include.domains.capacity.passages import PASSAGES, days_before, moved, passages
from include.domains.capacity.preparation import LEAST, Prepared
from include.domains.capacity.trend.backtest import INTERVAL, backtest, mix
from include.domains.capacity.trend.candidates import naive, structural
from include.domains.capacity.trend.history import event_factors, histories, without_events
from include.domains.capacity.trend.paths import draws
from include.domains.capacity.trend.weekly import Floats

AT_ONCE = 100
"""Series whose futures are in memory at a time: 100 x 180 days x 400 paths are 29 MB, a few times over."""


class DaysAhead(NamedTuple):
    """What the days ahead hold."""

    forecasts: pl.DataFrame
    """FORECASTS of grain day, base scenario."""
    models: pl.DataFrame
    """FORECAST_MODELS of grain day, also of series without a forecast."""
    passages: pl.DataFrame
    """PASSAGES of base, and of `what_if` where it asks something."""
    what_if: pl.DataFrame
    """FORECASTS of grain day as the question has them; without one empty."""


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
    forecasts, models, passed, other = ([part[n] for part in parts] for n in range(4))
    return DaysAhead(
        pl.concat([FORECASTS.to_frame(), *forecasts]),
        day_frames.models(profiles, pl.concat([day_frames.TESTED.to_frame(), *models])),
        pl.concat([PASSAGES.to_frame(), *passed]),
        pl.concat([FORECASTS.to_frame(), *other]),
    )


def _part(
    days: pl.DataFrame, series: pl.DataFrame, table: SeriesTable, as_of: datetime, what_if: WhatIf | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Forecasts, the choice, passages and the what-if of the series with enough ordinary days."""
    began = time.perf_counter()
    kinds = series["series_kind"].to_list()
    plans = [table.planned(kind) for kind in kinds]
    late = _days_between(series["issued_at"], as_of)
    ahead = int(late.max()) + max(max(p.horizon_days, p.hold_days, p.lead_time_days) for p in plans)
    own = days.filter(pl.col("sid").is_in(series["sid"].implode()))
    history = without_events(histories(own, series["sid"]), kinds, table.events, table.time_zone)
    enough = np.isfinite(history.values).sum(axis=1) >= LEAST["day"]
    if not enough.all():
        left = series.filter(pl.Series(enough))
        none = FORECASTS.to_frame()
        nothing = none, day_frames.TESTED.to_frame(), PASSAGES.to_frame(), none
        return nothing if left.is_empty() else _part(days, left, table, as_of, what_if)
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
    other = FORECASTS.to_frame()
    if what_if is not None and what_if.asks:
        changed = _under(what_if, quantiles, late, as_of)
        other = day_frames.forecasts(series, changed, horizons, table.time_zone)
    return (
        day_frames.forecasts(series, quantiles, horizons, table.time_zone),
        day_frames.tested(series, tested, seconds),
        passed,
        other,
    )


def _under(question: WhatIf, quantiles: Floats, late: NDArray[np.int64], as_of: datetime) -> Floats:
    """Quantiles (3, series, days) under a what-if: it moves all futures of a series alike, so their order
    stays."""
    changed = quantiles.copy()
    for row, middle in enumerate(quantiles[1]):
        more, launch = moved(middle, question, begins=days_before(question, late[row], as_of))
        changed[:, row] = (quantiles[:, row] + more) * launch
    return changed


def _days_between(issued_at: pl.Series, as_of: datetime) -> NDArray[np.int64]:
    """Whole days from the end of each history to `as_of`: 0 where it ends today."""
    days: NDArray[np.int64] = (as_of - issued_at).dt.total_days().clip(0).to_numpy()
    return days
