"""Simple exponential smoothing: the level only, as adaptive as the history wants it.

Source: Brown 1959, Holt 1957; statsforecast's SimpleExponentialSmoothingOptimized.
"""

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.models._smoothing import smoothed
from include.domains.capacity.forecasting.shapes import Floats

COST = 0


def needs(history: History) -> bool:
    return len(history.filled) >= 2 * history.day


def predict(history: History, horizon: int) -> Floats:
    """The last level, flat."""
    return smoothed(history.filled, horizon)
