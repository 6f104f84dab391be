"""Which models a forecast is made of: by their errors on the backtest.

Source: Bates and Granger 1969, "The combination of forecasts" (weights by inverse squared error, correlations
left out); Timmermann 2006, "Forecast combinations", section 4 (few, shrunk towards equal weights).
"""

import numpy as np

from include.domains.capacity.forecasting.backtest import Backtest
from include.domains.capacity.forecasting.models_found import NAIVE
from include.domains.capacity.forecasting.shapes import Floats

BEST = 4
POWER = 2.0


def errors(tested: Backtest) -> dict[str, float]:
    """Mean absolute error of each candidate over the origins at which all of them have one."""
    return {name: error(made, tested.actual) for name, made in tested.said.items()}


def error(made: Floats, actual: Floats) -> float:
    """Mean absolute error where both are known; infinite where nothing is."""
    off = np.abs(made - actual)
    return float(np.nanmean(off)) if np.isfinite(off).any() else float("inf")


def weigh(mae: dict[str, float]) -> dict[str, float]:
    """Shares of the best few that do not lose to the seasonal naive, summing to 1."""
    naive = mae[NAIVE]
    able = sorted((error, name) for name, error in mae.items() if error <= naive)[:BEST]
    least = able[0][0]
    if least == 0:
        return {able[0][1]: 1.0}
    raw = {name: (least / error) ** POWER for error, name in able}
    total = sum(raw.values())
    return {name: share / total for name, share in raw.items()}


def combine(made: dict[str, Floats], weights: dict[str, float]) -> Floats:
    """Weighted mean of the models' forecasts."""
    return np.asarray(sum(share * made[name] for name, share in weights.items()))
