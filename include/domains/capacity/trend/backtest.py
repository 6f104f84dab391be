"""Rolling origins: which candidate a series gets, and how wide its intervals have to be."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.domains.capacity.trend.candidates import (
    NAIVE,
    STRUCTURAL,
    last_week,
    naive,
    structural,
    weekly_differences,
)
from include.domains.capacity.trend.history import History
from include.domains.capacity.trend.paths import draws
from include.domains.capacity.trend.weekly import Floats

ORIGINS = (7, 14, 28, 42)
"""Days before the end of the history."""
AHEAD = 28
LEAST_BEFORE = 21
"""Known days before an origin; with fewer it says nothing of the model."""
PATHS = 100
MIXES = np.array([1.0, 0.5, 0.0])
"""Shares of the structural trend that are tried; the rest is the naive's."""
INTERVAL = (0.1, 0.5, 0.9)
TRUST = 4.0
"""Origins after which a series' own coverage counts as much as the model's word (ours, by simulation)."""
WIDEST, NARROWEST = 2.0, 0.6


class Tested(NamedTuple):
    """What the origins say, per series."""

    share: Floats  # of the structural trend; the rest is the naive's
    errors: Floats  # (series, mixes) MASE; NaN: no origin
    naive_error: Floats
    coverage: Floats  # of the shipped, after widening
    widening: Floats  # factor on the distance from the median
    origins: NDArray[np.int64]

    @property
    def error(self) -> Floats:
        """MASE of what is shipped."""
        at = np.argmax(self.share[:, None] == MIXES[None, :], axis=1)
        found: Floats = self.errors[np.arange(len(at)), at]
        return found


def backtest(history: History) -> Tested:
    """The mix with most of the trend in it that does not lose to the seasonal naive over the origins; without
    origins the trend as it is. (The least error is by chance the mix too often, and that halves the growth.)

    Errors are scaled by the in-sample seasonal naive's (MASE, Hyndman & Koehler 2006). Intervals are widened
    as the actuals ask for (split conformal, Lei et al. 2018: the quantile of the scaled residuals), by less
    the fewer origins there are.
    """
    differences = weekly_differences(history.values)
    seen = np.isfinite(differences)
    scale = np.where(seen, differences, 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    found = [one for back in ORIGINS if (one := _origin(history, back)) is not None]
    series = len(scale)
    if not found:
        nan = np.full(series, np.nan)
        return Tested(
            np.ones(series), np.full((series, 3), np.nan), nan, nan, np.ones(series), np.zeros(series, int)
        )
    actual = np.concatenate([one[0] for one in found], axis=1)
    quantiles = np.concatenate([one[1] for one in found], axis=3)  # (mixes, 3, series, days)
    origins = np.sum([np.isfinite(one[0]).any(axis=1) for one in found], axis=0)
    known = np.isfinite(actual)
    count = np.maximum(known.sum(axis=1), 1)
    off = np.abs(np.where(known, actual[None] - quantiles[:, 1], 0.0)).sum(axis=2) / count
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.where((origins > 0) & (scale > 0), off / scale, np.nan).T
    wins = np.nan_to_num(errors, nan=0.0) <= np.nan_to_num(errors[:, -1:], nan=0.0)
    best = wins.argmax(axis=1)
    own = quantiles[best, :, np.arange(series)]  # (series, 3, days)
    widening = _widening(actual, own, origins)
    low, middle, high = (own[:, each] for each in range(3))
    inside = (actual >= middle - widening[:, None] * (middle - low)) & (
        actual <= middle + widening[:, None] * (high - middle)
    )
    coverage = np.where(origins > 0, (inside & known).sum(axis=1) / count, np.nan)
    return Tested(MIXES[best], errors, errors[:, -1], coverage, widening, origins)


def _origin(history: History, back: int) -> tuple[Floats, Floats] | None:
    """Actuals (series, days) and quantiles (mixes, 3, series, days) from an origin; None: too little."""
    days = min(back, AHEAD)
    if history.values.shape[1] < back + LEAST_BEFORE:
        return None
    before = history.until(back)
    enough = np.isfinite(before.values).sum(axis=1) >= LEAST_BEFORE
    if not enough.any():
        return None
    end = days - back or None
    actual = np.where(enough[:, None], history.values[:, -back:end], np.nan)
    random = draws(days, PATHS)
    safe = before._replace(values=np.where(enough[:, None], before.values, 0.0))
    trend = structural(safe, random)
    flat = naive(safe, random)
    repeated = last_week(safe.values)[:, np.arange(days) % 7]
    mixed = [np.quantile(mix(trend, flat, np.full(len(trend), share)), INTERVAL, axis=2) for share in MIXES]
    mixed[-1][1] = repeated
    return actual, np.stack(mixed)


def mix(trend: Floats, flat: Floats, share: Floats) -> Floats:
    """The first `share` of each future from `trend`, the rest from `flat`: their paths side by side."""
    paths = trend.shape[2]
    from_trend = (np.arange(paths)[None, :] + 0.5) / paths < share[:, None]
    return np.where(from_trend[:, None, :], trend, flat)


def _widening(actual: Floats, own: Floats, origins: NDArray[np.int64]) -> Floats:
    """How much wider the interval has to be for eight of ten to be inside, shrunk towards not at all."""
    low, middle, high = (own[:, each] for each in range(3))
    off = actual - middle
    half = np.where(off > 0, high - middle, middle - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(half > 0, np.abs(off) / half, np.nan)
    result = np.ones(len(actual))
    for row in np.flatnonzero(np.isfinite(ratio).sum(axis=1) >= 7):
        asked = float(np.quantile(ratio[row][np.isfinite(ratio[row])], INTERVAL[2] - INTERVAL[0]))
        trusted = origins[row] / (origins[row] + TRUST)
        result[row] = np.exp(trusted * np.log(np.clip(asked, NARROWEST, WIDEST)))
    return result


def names(share: float) -> dict[str, float]:
    """The models and their shares."""
    both = {STRUCTURAL: share, NAIVE: 1 - share}
    return {name: part for name, part in both.items() if part > 0}
