"""A robust line, and the usual season on it: for what fills up.

Source: Theil 1950, Sen 1968: the median of the slopes of all pairs, here of the days' levels.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from include.domains.capacity.forecasting.history import History, past_seasons, repeat
from include.domains.capacity.forecasting.shapes import HOUR, Floats

COST = 0
DAYS = 28
LAST = 7
"""Days whose median level the line goes through."""


def needs(history: History) -> bool:
    return len(history.filled) >= 3 * history.day


def predict(history: History, horizon: int) -> Floats:
    """Season of medians around the line, moved to the last days' level, and on along the line."""
    day = history.day if history.step == HOUR else 1
    rows = past_seasons(history.filled, history.day, DAYS * day // history.day)[::-1]
    levels = np.median(rows.reshape(-1, day), axis=1)
    slope = _median_slope(levels) / day
    flat = rows.ravel() - slope * np.arange(rows.size)
    profile = np.median(flat.reshape(rows.shape), axis=0)
    missed = (flat.reshape(rows.shape) - profile).ravel()[-LAST * day :]
    ahead = slope * (rows.size + np.arange(horizon))
    return repeat(profile, horizon) + float(np.median(missed)) + ahead


@cache
def _pairs(length: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    earlier, later = np.triu_indices(length, 1)
    return earlier, later


def _median_slope(levels: Floats) -> float:
    """Median slope of all pairs, per level."""
    earlier, later = _pairs(len(levels))
    return float(np.median((levels[later] - levels[earlier]) / (later - earlier)))
