"""The median of the last two weeks, flat: for what is rare, and else at rest."""

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
DAYS = 14


def needs(history: History) -> bool:
    return len(history.filled) >= 2 * history.day


def predict(history: History, horizon: int) -> Floats:
    """One number, repeated."""
    return np.full(horizon, np.median(history.filled[-DAYS * history.day :]))
