"""Which candidates are tried, and how far: cheap ones always, dear ones where they may win.

Successive halving in small (Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and
hyperparameter optimization"): a dear model is begun only where its cheap stand-in is near the best, forecasts
from the newest origins first, and goes on only where it beats the best there.
"""

from collections.abc import Mapping

import numpy as np

from include.domains.capacity.forecasting.backtest import Backtest, ask, error
from include.domains.capacity.forecasting.models_found import Model

PROBES = 2
"""Newest origins from which a dear model shows what it can."""
ORIGINS = 4
"""Most origins at which a dear model is tested at all."""
NEAR = {1: 1.02, 2: 0.98}
"""Times the best error that a stand-in may have for its model, of this cost, to be begun."""


def run(test: Backtest, models: Mapping[str, Model]) -> dict[str, float]:
    """Ask the models as far as they deserve; their errors, comparable with each other."""
    by_cost: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for name, model in models.items():
        by_cost[model.COST].append(name)
    for name in by_cost.pop(0):
        ask(test, name, models[name])
    errors = {name: error(test, made) for name, made in test.said.items()}
    for cost, names in by_cost.items():
        for name in names:
            if _may_win(errors, getattr(models[name], "STAND_IN", None), NEAR[cost]):
                found = _probe(test, errors, name, models[name])
                if found is not None:
                    errors[name] = found
    return errors


def ask_in_full(test: Backtest, name: str, model: Model) -> None:
    """As far as a model is asked that was chosen."""
    ask(test, name, model, ORIGINS if model.COST else None)


def _may_win(errors: dict[str, float], stand_in: str | None, near: float) -> bool:
    """Whether the stand-in is near the best; a model without one may always."""
    return stand_in is None or errors.get(stand_in, np.inf) <= near * min(errors.values())


def _probe(test: Backtest, errors: dict[str, float], name: str, model: Model) -> float | None:
    """The error of a dear model, told from the best one's by the origins that both have; None: it failed.

    One that does not beat the best is out, with its error on record.
    """
    best = min(errors, key=lambda other: errors[other])
    for newest in (PROBES, ORIGINS):
        ask(test, name, model, newest)
        if name not in test.said:
            return None
        ratio = _ratio(error(test, test.said[name], newest), error(test, test.said[best], newest))
        if ratio > 1:
            del test.said[name]
            break
    return errors[best] * ratio


def _ratio(mine: float, best: float) -> float:
    if best > 0:
        return mine / best
    return 1.0 if mine == 0 else float(np.inf)
