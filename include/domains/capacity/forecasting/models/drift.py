"""The last level, moved on by the mean change per step of the history.

Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, section 5.2; here
between the medians of the first and the last season, so that neither a season nor one odd value tilts it.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import Floats

COST = 0


def needs(history: History) -> bool:
    return len(history.filled) >= 3 * history.day


def predict(history: History, horizon: int) -> Floats:
    """Level and slope between two seasons' medians."""
    filled, season = history.filled, history.seasons[-1]
    first, last = np.median(filled[:season]), np.median(filled[-season:])
    slope = (last - first) / (len(filled) - season)
    return np.asarray(last + slope * (np.arange(horizon) + 1 + (season - 1) / 2))
