"""The usual day, moved to the level of the last one: for levels that wander.

A seasonal naive forecast whose season is a median over seven days and whose level is a median over one.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History, repeat
from include.domains.capacity.forecasting.models._profile import backwards, median_profile
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
SEASONS = 7


def needs(history: History) -> bool:
    return len(history.filled) >= 3 * history.day


def predict(history: History, horizon: int) -> Floats:
    """The profile, plus what the last short season differed from it."""
    profile = median_profile(history.filled, history.day, SEASONS)
    missed = history.filled[-history.day :] - backwards(profile, history.day)
    return repeat(profile, horizon) + float(np.median(missed))
