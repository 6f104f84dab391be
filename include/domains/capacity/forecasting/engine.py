"""One series' forecast: what is usual, candidates, backtest, choice, intervals."""

import time
from collections.abc import Mapping

import numpy as np

from include.domains.capacity.forecasting import tournament
from include.domains.capacity.forecasting.attempts import bounded
from include.domains.capacity.forecasting.backtest import Backtest, opened, settle
from include.domains.capacity.forecasting.choice import BEST, Choice, chosen, combine, reused
from include.domains.capacity.forecasting.events import factors, without
from include.domains.capacity.forecasting.history import fill, held
from include.domains.capacity.forecasting.intervals import interval
from include.domains.capacity.forecasting.levels import settled
from include.domains.capacity.forecasting.models_found import NAIVE, Model, found
from include.domains.capacity.forecasting.shapes import SEASONS, Floats, Forecast, Series, Settings, unknown

LEAST_SEASONS = 3
"""Short seasons of known values without which nothing can be tested, so nothing is said."""


def forecast(series: Series, horizon: int, settings: Settings = Settings()) -> Forecast:  # noqa: B008
    """Quantiles of the next `horizon` steps. Bad or short data is UNKNOWN with the reason, never an error.

    Raises ValueError for what only a caller can do wrong: a horizon below 1, a step that is not in SEASONS.
    """
    began = time.perf_counter()
    horizon = series.horizon or horizon
    if horizon < 1 or series.step not in SEASONS:
        raise ValueError(
            f"horizon {horizon} and step {series.step}: expected >= 1 and one of {list(SEASONS)}"
        )
    lacking = _lacking(series)
    if lacking:
        return unknown(series.key, lacking, time.perf_counter() - began)
    made = _forecast(series, horizon, settings)
    return made._replace(seconds=time.perf_counter() - began)


def _lacking(series: Series) -> str:
    """Why there can be no forecast; empty when there can."""
    values, season = series.values, SEASONS[series.step][0]
    known = int(np.isfinite(values).sum())
    if np.isinf(values).any():
        return "holds infinite values: expected numbers, and NaN for gaps"
    if known == 0:
        return "no values at all"
    if known < LEAST_SEASONS * season:
        return f"{known} known values of {len(values)}: at least {LEAST_SEASONS * season} are needed"
    if not np.isfinite(values[-season:]).any():
        return f"no value in the last {season} steps: what came before may no longer hold"
    return ""


def _forecast(series: Series, horizon: int, settings: Settings) -> Forecast:
    models = _candidates(settings)
    usual, seen = _usual(series)
    test = opened(usual, horizon, settings.origins, seen)
    choice = None if series.weights is None else _again(test, models, series.weights)
    if choice is None:
        test = opened(usual, horizon, settings.origins, seen)
        choice = _anew(test, models)
    if not np.isfinite(choice.errors[NAIVE]):
        return unknown(series.key, "no known values where the past could be forecast: nothing can be tested")
    shares, errors = choice.shares, choice.errors
    off = interval(test.actual - choice.past, test.ages, SEASONS[series.step][0], settings.interval)
    p50 = combine({name: test.ahead[name] for name in shares}, shares)
    events, scale = factors(series, horizon), _scale(series)
    p10, p50, p90 = (
        bounded((p50 + by) * events, series.floor, series.cap) for by in (off.low, 0.0, off.high)
    )
    return Forecast(
        series.key, "PASS", "; ".join(f"{name} failed: {why}" for name, why in sorted(test.failed.items())),
        p10, p50, p90, " + ".join(shares), shares, choice.error / scale, errors[NAIVE] / scale, off.coverage,
        {name: found / scale for name, found in errors.items()}, len(test.pasts), 0.0,
    )  # fmt: skip


def _anew(test: Backtest, models: Mapping[str, Model]) -> Choice:
    """The tournament's best, never worse than the naive; one that fails now makes room for the next."""
    errors = tournament.run(test, models)
    settle(test, NAIVE, models[NAIVE])
    for name in sorted(test.said, key=lambda one: errors[one]):
        if name != NAIVE and len(test.ahead) <= BEST:
            settle(test, name, models[name])
    return chosen(test, errors)


def _again(test: Backtest, models: Mapping[str, Model], shares: Mapping[str, float]) -> Choice | None:
    """An earlier choice; None where one of its models is gone or fails, or it loses to the naive."""
    if not shares or not shares.keys() <= models.keys():
        return None
    for name in (NAIVE, *shares):
        tournament.ask_in_full(test, name, models[name])
        settle(test, name, models[name])
    if not shares.keys() <= test.ahead.keys():
        return None
    choice = reused(test, dict(shares))
    return choice if choice.error <= choice.errors[NAIVE] else None


def _scale(series: Series) -> float:
    """In-sample mean absolute error of the lag-season naive; NaN where that is 0 or unknown."""
    season = SEASONS[series.step][0]
    steps = np.abs(series.values[season:] - series.values[:-season])
    known = steps[np.isfinite(steps)]
    return float(known.mean()) if known.any() else float("nan")


def _candidates(settings: Settings) -> dict[str, Model]:
    if settings.models is None:
        return found()
    return {name: model for name, model in found().items() if name == NAIVE or name in settings.models}


def _usual(series: Series) -> tuple[Series, Floats]:
    """The series without its events, a late level shift taken out of its past; the values with them."""
    usual = without(series)
    filled = fill(usual.values, held(series.step, len(usual.values)))
    level = settled(filled, SEASONS[series.step][0])
    if level is filled:
        return usual, series.values
    lifted = [
        bounded(values + (level - filled), series.floor, series.cap)
        for values in (usual.values, series.values)
    ]
    return usual._replace(values=lifted[0]), lifted[1]
