"""Profiles: what is usual at a step of the season, over several seasons."""

import numpy as np

from include.domains.capacity.forecasting.history import past_seasons
from include.domains.capacity.forecasting.shapes import Floats


def median_profile(filled: Floats, season: int, most: int) -> Floats:
    """Median of the same step over the last `most` seasons, in the order of the next one; (season,)."""
    profile: Floats = np.median(past_seasons(filled, season, most), axis=0)
    return profile


def backwards(profile: Floats, length: int) -> Floats:
    """The profile over the last `length` steps before the season that it is in the order of."""
    return np.resize(profile[::-1], length)[::-1]
