"""A level per weekday plus one usual day: fewer numbers to learn than a whole week has.

Additive two-way medians, as Tukey's median polish (Tukey 1977, "Exploratory data analysis", chapter 11),
one sweep.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History, past_seasons
from include.domains.capacity.forecasting.shapes import Floats

COST = 0
DAYS = 28
WEEK = 7


def needs(history: History) -> bool:
    return len(history.seasons) > 1


def predict(history: History, horizon: int) -> Floats:
    """The weekday's median level plus the hour's median difference from its day's level."""
    days = past_seasons(history.filled, history.day, DAYS)
    levels = np.median(days, axis=1)
    usual = np.median(days - levels[:, None], axis=0)
    weekdays = np.array([np.median(levels[back::WEEK]) for back in range(WEEK)])
    ahead = np.arange(-(-horizon // history.day))
    return np.asarray((weekdays[(WEEK - 1 - ahead) % WEEK][:, None] + usual).ravel()[:horizon])
