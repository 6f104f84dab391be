"""Rolling-origin backtest: every candidate forecasts parts of the past from what came before them.

Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy: an analysis and review".
"""

from typing import NamedTuple

import numpy as np

from include.domains.capacity.forecasting.attempts import attempt
from include.domains.capacity.forecasting.history import History, history
from include.domains.capacity.forecasting.models_found import Model
from include.domains.capacity.forecasting.shapes import SEASONS, Floats, Series

AGEING = 0.85
"""Weight of an origin's misses against those of the next newer one."""


class Backtest(NamedTuple):
    """The origins of one series, and what the candidates say there.

    `actual` and each of `said` are (origins, horizon), the newest origin last; NaN: unknown, past the end,
    or not asked. `ahead` are the forecasts proper: (horizon,).
    """

    pasts: list[History]
    now: History
    actual: Floats
    ages: Floats  # weight of each origin
    said: dict[str, Floats]
    ahead: dict[str, Floats]
    failed: dict[str, str]  # model to what went wrong

    @property
    def horizon(self) -> int:
        return int(self.actual.shape[1])


def opened(series: Series, horizon: int, most: int, seen: Floats) -> Backtest:
    """A backtest that no candidate has been asked in yet."""
    length = len(series.values)
    origins = cuts(length, horizon, SEASONS[series.step][0], most)
    actual = np.full((len(origins), horizon), np.nan)
    for row, cut in enumerate(origins):
        came = series.values[cut : cut + horizon]
        actual[row, : len(came)] = came
    ages = AGEING ** np.arange(len(origins), dtype=np.float64)[::-1]
    pasts = [history(series, cut, seen) for cut in origins]
    return Backtest(pasts, history(series, length, seen), actual, ages, {}, {}, {})


def cuts(length: int, horizon: int, season: int, most: int) -> list[int]:
    """Origins, newest last, whole short seasons apart; each has at least two of them before it.

    The newest has the whole horizon behind it; where the history is too short for that, a shorter window.
    """
    window = min(horizon, max((length - 2 * season) // 2, season))
    newest, oldest = length - window, max(2 * season, (length - window) // 3)
    apart = max((newest - oldest) // max(most - 1, 1) // season, 1) * season
    return sorted(range(newest, oldest - 1, -apart))[-most:]


def ask(test: Backtest, name: str, model: Model, newest: int | None = None) -> None:
    """The model's forecasts from the `newest` origins (None: all), those it has not made yet.

    A failure puts it out.
    """
    made = test.said.get(name, np.full(test.actual.shape, np.nan))
    for row in range(0 if newest is None else max(len(test.pasts) - newest, 0), len(test.pasts)):
        if np.isnan(made[row, 0]):
            forecast = attempt(name, model, test.pasts[row], test.horizon, test.failed)
            if name in test.failed:
                test.said.pop(name, None)
                return
            if forecast is not None:
                made[row] = forecast
    if np.isfinite(made).any():
        test.said[name] = made


def settle(test: Backtest, name: str, model: Model) -> None:
    """The model's forecast proper; one that has none is out."""
    forecast = attempt(name, model, test.now, test.horizon, test.failed)
    if forecast is None:
        test.said.pop(name, None)
    else:
        test.ahead[name] = forecast


def error(test: Backtest, made: Floats, newest: int | None = None) -> float:
    """Mean absolute error over the `newest` origins, younger ones counting more; infinite where unknown."""
    rows = slice(None if newest is None else -newest, None)
    missed = np.abs(made[rows] - test.actual[rows])
    known = np.isfinite(missed)
    if not known.any():
        return float("inf")
    weight = test.ages[rows, None] * known
    return float((np.where(known, missed, 0.0) * weight).sum() / weight.sum())
