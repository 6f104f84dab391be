"""The last season, repeated: what every other model has to beat.

Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, section 5.2.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History, past_seasons, repeat
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
LONG_ENOUGH = 3
"""Times a season must fit into the history before it is the one to repeat."""


def needs(history: History) -> bool:
    return True


def predict(history: History, horizon: int) -> Floats:
    """The last week with three weeks of history, else the last day; gaps: a season before, else the mean."""
    values = history.values
    season = max((s for s in history.seasons if len(values) >= LONG_ENOUGH * s), default=history.day)
    seasons = past_seasons(values, season, len(values))
    if len(seasons) == 0:
        return np.full(horizon, np.nanmean(values))
    first = np.argmax(~np.isnan(seasons), axis=0)
    last = seasons[first, np.arange(season)]
    return repeat(np.where(np.isnan(last), np.nanmean(values), last), horizon)
