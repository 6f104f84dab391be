"""One series' forecast: candidates, backtest, weights, intervals."""

import time

import numpy as np

from include.domains.capacity.forecasting import weights as weighing
from include.domains.capacity.forecasting.backtest import Backtest, attempt, backtest, bounded, cuts
from include.domains.capacity.forecasting.history import History, history
from include.domains.capacity.forecasting.intervals import offsets
from include.domains.capacity.forecasting.models_found import NAIVE, Model, found
from include.domains.capacity.forecasting.shapes import (
    SEASONS,
    Floats,
    Forecast,
    Series,
    Settings,
    unknown,
)

LEAST_SEASONS = 3
"""Short seasons of known values without which nothing can be tested, so nothing is said."""


def forecast(series: Series, horizon: int, settings: Settings = Settings()) -> Forecast:  # noqa: B008
    """Quantiles of the next `horizon` steps. Bad or short data is UNKNOWN with the reason, never an error.

    Raises ValueError for what only a caller can do wrong: a horizon below 1, a step that is not in SEASONS.
    """
    began = time.perf_counter()
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
    if known < LEAST_SEASONS * season or len(values) < LEAST_SEASONS * season:
        return f"{known} known values of {len(values)}: at least {LEAST_SEASONS * season} are needed"
    if not np.isfinite(values[-season:]).any():
        return f"no value in the last {season} steps: what came before may no longer hold"
    return ""


def _forecast(series: Series, horizon: int, settings: Settings) -> Forecast:
    given = series.weights
    models = _candidates(settings if given is None else settings._replace(models=tuple(given)))
    origins = cuts(len(series.values), horizon, SEASONS[series.step][0], settings.origins)
    tested = backtest(series, models, horizon, origins)
    mae = weighing.errors(tested)
    now = history(series, len(series.values))
    failed = dict(tested.failed)
    made = _made(models, mae, now, horizon, failed)
    if given is not None and not given.keys() <= made.keys():
        return _forecast(series._replace(weights=None), horizon, settings)
    shares = dict(given) if given else weighing.weigh({name: mae[name] for name in made})
    p50 = weighing.combine(made, shares)
    past = weighing.combine(tested.said, shares)
    if given and weighing.error(past, tested.actual) > mae[NAIVE]:
        return _forecast(series._replace(weights=None), horizon, settings)
    low, high = offsets(tested.actual - past, settings.interval)
    p10 = bounded(p50 + low, series.floor, series.cap)
    p90 = bounded(p50 + high, series.floor, series.cap)
    return _told(series, tested, mae, shares, (p10, p50, p90), (past, low, high), failed)


def _candidates(settings: Settings) -> dict[str, Model]:
    if settings.models is None:
        return found()
    return {name: model for name, model in found().items() if name == NAIVE or name in settings.models}


def _made(
    models: dict[str, Model], mae: dict[str, float], now: History, horizon: int, failed: dict[str, str]
) -> dict[str, Floats]:
    """Forecasts of the candidates that have been tested."""
    attempts = {
        name: attempt(name, models[name], now, horizon, failed) for name in mae if np.isfinite(mae[name])
    }
    return {name: made for name, made in attempts.items() if made is not None}


def _told(
    series: Series,
    tested: Backtest,
    mae: dict[str, float],
    shares: dict[str, float],
    quantiles: tuple[Floats, Floats, Floats],
    past: tuple[Floats, float, float],
    failed: dict[str, str],
) -> Forecast:
    """The forecast with its errors, as MASE."""
    season = SEASONS[series.step][0]
    steps = np.abs(series.values[season:] - series.values[:-season])
    scale = float(np.nanmean(steps)) if np.isfinite(steps).any() else 0.0
    median, low, high = past
    off = tested.actual - median
    known = np.isfinite(off)
    inside = (off >= low) & (off <= high)

    def scaled(error: float) -> float:
        return error / scale if scale > 0 else float("nan")

    return Forecast(
        series.key, "PASS", "; ".join(f"{name} failed: {why}" for name, why in sorted(failed.items())),
        *quantiles,
        model=next(iter(shares)) if len(shares) == 1 else " + ".join(shares),
        weights=shares,
        error=scaled(float(np.abs(off[known]).mean())),
        naive_error=scaled(mae[NAIVE]),
        coverage=float(inside[known].mean()),
        candidates={name: scaled(error) for name, error in mae.items()},
        origins=len(tested.cuts),
        seconds=0.0,
    )  # fmt: skip
