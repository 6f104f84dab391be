"""The median of the same step over the last seven short seasons: deaf to single odd days."""

from include.domains.capacity.forecasting.history import History, repeat
from include.domains.capacity.forecasting.models._profile import median_profile
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 7


def needs(history: History) -> bool:
    return len(history.filled) >= 2 * history.day


def predict(history: History, horizon: int) -> Floats:
    """The profile, repeated."""
    return repeat(median_profile(history.filled, history.day, SEASONS), horizon)
