"""Which models a forecast is made of: by their errors on the backtest.

Source: Bates and Granger 1969, "The combination of forecasts" (weights by inverse squared error,
correlations left out); Timmermann 2006, "Forecast combinations" (a few, trimmed); Stock and Watson 2004
(the median of forecasts is robust against the one that goes astray).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from include.domains.capacity.forecasting.backtest import Backtest, error
from include.domains.capacity.forecasting.models_found import NAIVE
from include.domains.capacity.forecasting.shapes import Floats

BEST = 4
"""Most models of an ensemble."""
POWER = 2.0
"""Of the inverse error, as weight."""


class Choice(NamedTuple):
    """What is shipped, and how it did on the backtest."""

    shares: dict[str, float]  # sum to 1, the best first
    past: Floats  # its medians at the origins
    error: float
    errors: dict[str, float]  # of every candidate


def chosen(test: Backtest, errors: Mapping[str, float]) -> Choice:
    """The ensemble of the best few that have a forecast; where it loses to the naive, the best alone."""
    shares = weigh({name: errors[name] for name in test.ahead})
    for tried in (shares, {next(iter(shares)): 1.0}):
        choice = reused(test, tried)._replace(errors=dict(errors))
        if choice.error <= errors[NAIVE]:
            return choice
    return reused(test, {NAIVE: 1.0})._replace(errors=dict(errors))


def reused(test: Backtest, shares: dict[str, float]) -> Choice:
    """The combination with these shares, judged by the origins at hand."""
    past = combine({name: test.said[name] for name in shares}, shares)
    errors = {name: error(test, made) for name, made in test.said.items()}
    return Choice(shares, past, error(test, past), errors)


def weigh(errors: Mapping[str, float]) -> dict[str, float]:
    """Shares of the best few that do not lose to the seasonal naive, the best first."""
    able = sorted((error, name) for name, error in errors.items() if error <= errors[NAIVE])[:BEST]
    least = able[0][0]
    if not np.isfinite(least):
        return {NAIVE: 1.0}
    if least == 0:
        perfect = [name for error, name in able if error == 0]
        return dict.fromkeys(perfect, 1 / len(perfect))
    raw = {name: (least / error) ** POWER for error, name in able}
    total = sum(raw.values())
    return {name: share / total for name, share in raw.items()}


def combine(made: Mapping[str, Floats], shares: Mapping[str, float]) -> Floats:
    """Weighted median of the models' forecasts, of any shape; models that say nothing (NaN) do not count."""
    stacked = np.stack([made[name] for name in shares])
    weights = np.array(list(shares.values())).reshape(-1, *[1] * (stacked.ndim - 1))
    known = np.isfinite(stacked)
    order = np.argsort(np.where(known, stacked, np.inf), axis=0, kind="stable")
    ordered = np.take_along_axis(stacked, order, axis=0)
    reached = np.cumsum(np.take_along_axis(weights * known, order, axis=0), axis=0)
    middle = np.argmax(reached >= reached[-1] / 2 - 1e-12, axis=0)
    return np.asarray(np.take_along_axis(ordered, middle[None], axis=0)[0])
