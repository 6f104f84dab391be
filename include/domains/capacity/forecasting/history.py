"""What a model sees: the values before an origin, with the seasons they may have."""

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from include.domains.capacity.forecasting.shapes import SEASONS, Event, Floats, Series


class History(NamedTuple):
    """The past of one origin. `filled` has no gaps: for models that bear none."""

    values: Floats  # NaN: a gap
    filled: Floats
    day: int  # the shortest season, in steps
    seasons: tuple[int, ...]  # those that the history holds at least twice; the shortest always
    start: datetime
    step: timedelta
    cap: float | None
    floor: float | None
    events: tuple[Event, ...]


def history(series: Series, cut: int) -> History:
    """The first `cut` steps of the series."""
    values = series.values[:cut]
    shortest, *longer = SEASONS[series.step]
    seasons = (shortest, *(season for season in longer if cut >= 2 * season))
    return History(
        values, fill(values, seasons), shortest, seasons,
        series.start, series.step, series.cap, series.floor, series.events,
    )  # fmt: skip


def fill(values: Floats, seasons: tuple[int, ...]) -> Floats:
    """Gaps with the value one season earlier (longest first), else later, else between the neighbours."""
    if not np.isnan(values).any():
        return values
    filled = values.copy()
    for season in reversed(seasons):
        for i in np.flatnonzero(np.isnan(filled)):
            if i >= season:
                filled[i] = filled[i - season]
    for season in reversed(seasons):
        for i in np.flatnonzero(np.isnan(filled))[::-1]:
            if i + season < len(filled):
                filled[i] = filled[i + season]
    known = np.flatnonzero(~np.isnan(filled))
    return np.interp(np.arange(len(filled)), known, filled[known])


def past_seasons(values: Floats, season: int, most: int) -> Floats:
    """The last seasons as rows, newest first, columns as the next season's steps: (<= most, season)."""
    rows = min(len(values) // season, most)
    if rows == 0:
        return np.empty((0, season))
    return values[len(values) - rows * season :].reshape(rows, season)[::-1]


def repeat(season: Floats, horizon: int) -> Floats:
    """One season, repeated over the horizon."""
    return np.resize(season, horizon)
