"""Theta on what a season of medians leaves."""

import numpy as np

from include.domains.capacity.forecasting.history import repeat
from include.domains.capacity.forecasting.models._profile import backwards, median_profile
from include.domains.capacity.forecasting.models._smoothing import smoothed
from include.domains.capacity.forecasting.shapes import Floats


def theta(filled: Floats, season: int, most: int, horizon: int) -> Floats:
    """Simple exponential smoothing with half the linear trend as drift, plus the profile of `most` seasons.

    Source: Assimakopoulos and Nikolopoulos 2000, "The theta model"; in the form of Hyndman and Billah 2003,
    "Unmasking the Theta method". The profile is deaf to outliers; the smoothing is statsforecast's.
    """
    length = len(filled)
    profile = median_profile(filled, season, most)
    rest = filled - backwards(profile, length)
    steps = np.arange(length) - (length - 1) / 2
    slope = float(steps @ rest) / float(steps @ steps)
    return smoothed(rest, horizon) + slope / 2 * np.arange(1, horizon + 1) + repeat(profile, horizon)
