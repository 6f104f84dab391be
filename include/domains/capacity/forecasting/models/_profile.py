"""Profiles: what is usual at a step of the season, over several seasons."""

import numpy as np

from include.domains.capacity.forecasting.history import History, past_seasons
from include.domains.capacity.forecasting.shapes import Floats


def median_profile(history: History, season: int, most: int) -> Floats:
    """Median of the same step over the last `most` seasons; (season,), finite."""
    seasons = past_seasons(history.values, season, most)
    known = ~np.isnan(seasons).all(axis=0)
    filled = past_seasons(history.filled, season, most)
    profile: Floats = filled[0].copy()
    profile[known] = np.nanmedian(seasons[:, known], axis=0)
    return profile
