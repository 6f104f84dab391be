"""Rolling-origin backtest: every candidate forecasts parts of the past from what came before them.

Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy: an analysis and review".
"""

from typing import NamedTuple

import numpy as np

from include.domains.capacity.forecasting.history import History, history
from include.domains.capacity.forecasting.models_found import Model
from include.domains.capacity.forecasting.shapes import Floats, Series

FAILS = (ValueError, ArithmeticError, RuntimeError, IndexError, TypeError, np.linalg.LinAlgError)
"""What a library raises on data it cannot bear; anything else is a mistake of ours."""


class Backtest(NamedTuple):
    """Each candidate's forecasts and what came: (origins, horizon); NaN: unknown, or past the end."""

    cuts: list[int]
    actual: Floats
    said: dict[str, Floats]
    failed: dict[str, str]  # model to what it raised


def cuts(length: int, horizon: int, season: int, most: int) -> list[int]:
    """Origins, newest last, whole short seasons apart; each has at least two of them before it.

    The newest has the whole horizon behind it; where the history is too short for that, a shorter window.
    """
    window = min(horizon, max((length - 2 * season) // 2, season))
    newest, oldest = length - window, max(2 * season, (length - window) // 3)
    if newest < oldest:
        return []
    apart = max((newest - oldest) // max(most - 1, 1) // season, 1) * season
    return sorted(cut for cut in range(newest, oldest - 1, -apart))[-most:]


def backtest(series: Series, models: dict[str, Model], horizon: int, origins: list[int]) -> Backtest:
    """Every model from every origin; one that fails is out, and named."""
    actual = np.full((len(origins), horizon), np.nan)
    said: dict[str, Floats] = {}
    failed: dict[str, str] = {}
    pasts = [history(series, cut) for cut in origins]
    for row, cut in enumerate(origins):
        came = series.values[cut : cut + horizon]
        actual[row, : len(came)] = came
    for name, model in models.items():
        rows = []
        for past in pasts:
            made = attempt(name, model, past, horizon, failed)
            rows.append(np.full(horizon, np.nan) if made is None else made)
        if name not in failed:
            said[name] = np.array(rows)
    return Backtest(origins, actual, said, failed)


def attempt(name: str, model: Model, past: History, horizon: int, failed: dict[str, str]) -> Floats | None:
    """The model's forecast within floor and cap; None where the history is too short, or it fails (noted)."""
    if not model.needs(past):
        return None
    try:
        made = np.asarray(model.predict(past, horizon), dtype=np.float64)
    except FAILS as error:
        failed[name] = f"{type(error).__name__}: {error}"
        return None
    if made.shape != (horizon,) or not np.isfinite(made).all():
        failed[name] = f"gave {made.shape} values, {int(np.isfinite(made).sum())} of them finite"
        return None
    return bounded(made, past.floor, past.cap)


def bounded(values: Floats, floor: float | None, cap: float | None) -> Floats:
    """The values within what the series can be."""
    if floor is None and cap is None:
        return values
    return np.clip(values, floor, cap)
