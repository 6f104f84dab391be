"""The median of the same step over the last eight long seasons: deaf to single odd weeks."""

from include.domains.capacity.forecasting.history import History, repeat
from include.domains.capacity.forecasting.models._profile import median_profile
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 8


def needs(history: History) -> bool:
    return len(history.seasons) > 1


def predict(history: History, horizon: int) -> Floats:
    """The profile, repeated."""
    return repeat(median_profile(history.filled, history.seasons[-1], SEASONS), horizon)
