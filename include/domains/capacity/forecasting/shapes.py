"""What goes into a forecast and what comes out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEASONS = {HOUR: (24, 168), DAY: (7,)}
"""Steps in a day and in a week of hours; in a week of days."""


class Event(NamedTuple):
    """Something known beforehand: a launch, a holiday, a sale."""

    name: str  # events of one name are the same kind of thing, as Black Friday every year
    start: datetime
    end: datetime  # exclusive
    uplift: float | None = (
        None  # expected factor on the usage, where a human knows it: 1.5 is half as much again
    )


class Series(NamedTuple):
    """One series on a regular grid."""

    key: tuple[str, ...]  # what names it; opaque here
    start: datetime  # UTC, start of the first step
    step: timedelta  # a key of SEASONS
    values: Floats  # NaN: a gap
    cap: float | None = None  # what it cannot pass
    floor: float | None = 0.0  # what it cannot go below; None: it may be negative
    events: tuple[Event, ...] = ()  # past and to come
    weights: Mapping[str, float] | None = None
    """An earlier forecast's, to use again while they do not lose to the seasonal naive; None: choose."""
    horizon: int | None = None  # its own, in place of the call's


class Forecast(NamedTuple):
    """Quantiles for the steps after the series' last, and how they came about.

    Errors are MASE: the mean absolute error of p50 over that of the lag-season naive in the history
    (Hyndman and Koehler 2006, "Another look at measures of forecast accuracy"), the season being the
    shortest. NaN where the history is constant.
    """

    key: tuple[str, ...]
    status: str  # PASS, UNKNOWN
    reason: str  # why UNKNOWN, or what the caller should know: a model that failed, a short history
    p10: Floats  # each of the horizon's length; empty when UNKNOWN
    p50: Floats
    p90: Floats
    model: str  # the chosen model, or what the ensemble is made of
    weights: dict[str, float]  # model to its share
    error: float  # of what is shipped, on the backtest
    naive_error: float  # of the seasonal naive, on the same origins
    coverage: float  # share of the backtest's actuals inside [p10, p90]
    candidates: dict[str, float]  # every model tried, to its error
    origins: int  # of the backtest
    seconds: float


class Settings(NamedTuple):
    """What a forecast may spend, and on what it insists."""

    origins: int = 8  # most origins of the backtest
    interval: float = 0.8  # nominal share of actuals inside [p10, p90]
    models: tuple[str, ...] | None = None  # only these, beside the seasonal naive; None: all that are found


def unknown(key: tuple[str, ...], reason: str, seconds: float = 0.0) -> Forecast:
    """No forecast, and why."""
    nothing, nan = np.empty(0), float("nan")
    return Forecast(key, "UNKNOWN", reason, nothing, nothing, nothing, "", {}, nan, nan, nan, {}, 0, seconds)
