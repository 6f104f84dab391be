"""Theta: simple exponential smoothing with half the linear trend as drift, on what the usual day leaves.

Source: Assimakopoulos and Nikolopoulos 2000, "The theta model"; Hyndman and Billah 2003, "Unmasking the
Theta method", whose form this is. The season is the profile of medians over two weeks, deaf to outliers;
the smoothing is statsforecast's.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History, repeat
from include.domains.capacity.forecasting.models._profile import backwards, median_profile
from include.domains.capacity.forecasting.models._smoothing import smoothed
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 14


def needs(history: History) -> bool:
    return len(history.filled) >= 3 * history.day


def predict(history: History, horizon: int) -> Floats:
    """Level, half the slope per step, and the profile."""
    filled, length = history.filled, len(history.filled)
    profile = median_profile(filled, history.day, SEASONS)
    rest = filled - backwards(profile, length)
    steps = np.arange(length) - (length - 1) / 2
    slope = float(steps @ rest) / float(steps @ steps)
    return smoothed(rest, horizon) + slope / 2 * np.arange(1, horizon + 1) + repeat(profile, horizon)
