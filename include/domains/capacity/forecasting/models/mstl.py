"""MSTL: day and week taken apart by repeated Loess, the rest by exponential smoothing.

Source: Bandara, Hyndman and Bergmeir 2021, "MSTL: a seasonal-trend decomposition algorithm for time series
with multiple seasonal patterns"; statsforecast's MSTL.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import Floats

COST = 1
STAND_IN = "theta"
WEEKS = 6
"""Long seasons that are looked at: more cost time and tell of a past that no longer holds."""


def needs(history: History) -> bool:
    return len(history.filled) >= 3 * history.seasons[-1]


def predict(history: History, horizon: int) -> Floats:
    """Median forecast of the last weeks."""
    from statsforecast.models import MSTL, SimpleExponentialSmoothingOptimized

    seasons = list(history.seasons)
    robust = {"robust": False, "trend_jump": 24, "seasonal_jump": 2, "low_pass_jump": 24}
    model = MSTL(seasons, trend_forecaster=SimpleExponentialSmoothingOptimized(), stl_kwargs=robust)
    made = model.forecast(history.filled[-WEEKS * seasons[-1] :], horizon)
    return np.asarray(made["mean"], dtype=np.float64)
