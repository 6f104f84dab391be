"""Exponential smoothing chosen by AICc among level and damped trend, on what the usual day leaves.

Source: Hyndman, Koehler, Snyder and Grose 2002, "A state space framework for automatic forecasting using
exponential smoothing methods"; statsforecast's AutoETS. The season is a profile of medians: ETS with a
season of 24 or 168 costs seconds and has as many states to learn.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History, repeat
from include.domains.capacity.forecasting.models._profile import backwards, median_profile
from include.domains.capacity.forecasting.shapes import Floats

COST = 1
STAND_IN = "theta"
SEASONS = 14
DAYS = 21


def needs(history: History) -> bool:
    return len(history.filled) >= 4 * history.day


def predict(history: History, horizon: int) -> Floats:
    """The rest's forecast plus the profile."""
    from statsforecast.models import AutoETS

    filled = history.filled[-DAYS * history.day :]
    profile = median_profile(filled, history.day, SEASONS)
    rest = filled - backwards(profile, len(filled))
    if np.ptp(rest) == 0:
        return repeat(profile, horizon) + float(rest[-1])
    made = AutoETS(season_length=1, model="ZZN", damped=True).forecast(rest, horizon)
    return np.asarray(made["mean"], dtype=np.float64) + repeat(profile, horizon)
