"""The median of the last short season, flat: for what has a level and no shape."""

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import Floats

COST = 0


def needs(history: History) -> bool:
    return len(history.filled) >= history.day


def predict(history: History, horizon: int) -> Floats:
    """One number, repeated."""
    return np.full(horizon, np.median(history.filled[-history.day :]))
