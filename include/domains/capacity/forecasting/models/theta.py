"""Theta around the usual day of two weeks: see `_theta`."""

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.models._theta import theta
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 14


def needs(history: History) -> bool:
    return len(history.filled) >= 3 * history.day


def predict(history: History, horizon: int) -> Floats:
    """Level, half the slope per step, and the profile."""
    return theta(history.filled, history.day, SEASONS, horizon)
