"""Known events and holidays: set aside in the past, and brought back as a factor on the steps that they
will touch.

A human's uplift counts; without one, the median of what earlier events of that name did to what was usual
then.
"""

import numpy as np
from numpy.typing import NDArray

from include.domains.capacity.forecasting.history import fill
from include.domains.capacity.forecasting.shapes import SEASONS, Event, Floats, Series

MOST = 20.0
"""Largest factor that is learned from the past; a human may say more."""


def touched(series: Series, event: Event, first: int, length: int) -> NDArray[np.bool_]:
    """Which of the steps `first`..`first + length` the event touches."""
    begins = (event.start - series.start) // series.step - first
    ends = -((series.start - event.end) // series.step) - first
    steps = np.arange(length)
    return (steps >= begins) & (steps < ends)


def without(series: Series) -> Series:
    """The series with the steps of its events as gaps, unless nothing else would be left of it."""
    usual = series.values.copy()
    for event in series.events:
        usual[touched(series, event, 0, len(usual))] = np.nan
    enough = np.isfinite(usual).sum() >= np.isfinite(series.values).sum() / 2
    return series._replace(values=usual) if enough else series


def factors(series: Series, horizon: int) -> Floats:
    """What the events to come make of each step ahead; 1 where there are none. `series` has its events'
    values.
    """
    ahead = np.ones(horizon)
    for event in series.events:
        steps = touched(series, event, len(series.values), horizon)
        if steps.any():
            ahead[steps] *= learned(series, event.name) if event.uplift is None else event.uplift
    return ahead


def learned(series: Series, name: str) -> float:
    """Median of actual / usual over the past steps of the events of that name; 1 where nothing is known."""
    past = np.zeros(len(series.values), dtype=bool)
    for event in series.events:
        if event.name == name:
            past |= touched(series, event, 0, len(past))
    if not past.any():
        return 1.0
    seasons = tuple(season for season in SEASONS[series.step] if len(past) >= 2 * season)
    usual = fill(without(series).values, seasons or SEASONS[series.step][:1])
    comparable = past & np.isfinite(series.values) & (usual > 0)
    if not comparable.any():
        return 1.0
    return float(np.clip(np.median(series.values[comparable] / usual[comparable]), 0, MOST))
