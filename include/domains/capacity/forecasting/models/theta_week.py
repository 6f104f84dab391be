"""Theta around the usual week of four: see `_theta`."""

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.models._theta import theta
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 4


def needs(history: History) -> bool:
    return len(history.seasons) > 1


def predict(history: History, horizon: int) -> Floats:
    """Level, half the slope per step, and the profile."""
    return theta(history.filled, history.seasons[-1], SEASONS, horizon)
