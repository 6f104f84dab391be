"""The usual week, moved towards the level of the last day; the way back takes about two days.

Half-life as in damped trends (Gardner and McKenzie 1985): what a day differs from its week is news, and
passes.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History, repeat
from include.domains.capacity.forecasting.models._profile import backwards, median_profile
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 4
HALF_LIFE = 1.5
"""Short seasons after which half of the difference is left."""


def needs(history: History) -> bool:
    return len(history.seasons) > 1


def predict(history: History, horizon: int) -> Floats:
    """The profile, plus a fading part of what the last short season differed from it."""
    profile = median_profile(history.filled, history.seasons[-1], SEASONS)
    missed = history.filled[-history.day :] - backwards(profile, history.day)
    fading = 0.5 ** (np.arange(1, horizon + 1) / (HALF_LIFE * history.day))
    return repeat(profile, horizon) + float(np.median(missed)) * fading
