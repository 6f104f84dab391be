"""What a model sees: the values before an origin, with the seasons they may have."""

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from include.domains.capacity.forecasting.shapes import SEASONS, Event, Floats, Series


class History(NamedTuple):
    """The past of one origin. `filled` has no gaps: for models that bear none."""

    values: Floats  # NaN: a gap, or the step of a known event
    filled: Floats
    seen: Floats  # `values` with those of the events: for models that have them as regressors
    day: int  # the shortest season, in steps
    seasons: tuple[int, ...]  # those that the history holds at least twice; the shortest always
    start: datetime
    step: timedelta
    cap: float | None
    floor: float | None
    events: tuple[Event, ...]


def history(series: Series, cut: int, seen: Floats | None = None) -> History:
    """The first `cut` steps of the series; `seen`: its values with those of the events."""
    values, seasons = series.values[:cut], held(series.step, cut)
    return History(
        values, fill(values, seasons), (series.values if seen is None else seen)[:cut], seasons[0], seasons,
        series.start, series.step, series.cap, series.floor, series.events,
    )  # fmt: skip


def held(step: timedelta, length: int) -> tuple[int, ...]:
    """The seasons that so many steps hold at least twice; the shortest always."""
    shortest, *longer = SEASONS[step]
    return (shortest, *(season for season in longer if length >= 2 * season))


def fill(values: Floats, seasons: tuple[int, ...]) -> Floats:
    """Gaps with the value one season earlier (longest first), else later, else between the neighbours."""
    if not np.isnan(values).any():
        return values
    filled = values.copy()
    for season in reversed(seasons):
        _carry(filled, season)
    for season in reversed(seasons):
        _carry(filled[::-1], season)
    known = np.flatnonzero(~np.isnan(filled))
    return np.interp(np.arange(len(filled)), known, filled[known])


def _carry(values: Floats, season: int) -> None:
    """Fill gaps in place with the value one season before."""
    for i in np.flatnonzero(np.isnan(values)):
        if i >= season:
            values[i] = values[i - season]


def past_seasons(values: Floats, season: int, most: int) -> Floats:
    """The last seasons as rows, newest first, columns as the next season's steps: (<= most, season)."""
    rows = min(len(values) // season, most)
    if rows == 0:
        return np.empty((0, season))
    return values[len(values) - rows * season :].reshape(rows, season)[::-1]


def repeat(season: Floats, horizon: int) -> Floats:
    """One season, repeated over the horizon."""
    return np.resize(season, horizon)
