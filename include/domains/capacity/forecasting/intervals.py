"""Intervals from the backtest's own misses, wider where the series is wilder, and tested on origins left
out.

Source: split conformal prediction (Vovk, Gammerman and Shafer 2005; Lei et al. 2018, "Distribution-free
predictive inference for regression", section 5.2: misses scaled by a local spread); jackknife+ in small
(Barber et al. 2021): each origin is judged by the others. Beyond the steps that could be tested, a random
walk's square root of the step (Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd
edition, section 5.5).
"""

from typing import NamedTuple

import numpy as np

from include.domains.capacity.forecasting.shapes import Floats

PRIOR = 6.0
"""Misses that the mean spread counts for, against those of one step of the season."""
MOST_WIDER = 1.5
"""Largest factor that the test on origins left out may ask for."""


class Interval(NamedTuple):
    """What to add to the median at each step ahead, and the share of the backtest's actuals inside."""

    low: Floats  # <= 0
    high: Floats  # >= 0
    coverage: float


def interval(missed: Floats, ages: Floats, season: int, share: float) -> Interval:
    """Offsets for each step from misses (actual - median) of each origin: (origins, horizon), NaN where
    unknown.

    `ages`: weight of each origin. `share`: of actuals that are to lie inside.
    """
    spread = _spread(missed, season)
    scaled = missed / spread
    weights = np.broadcast_to(ages[:, None], scaled.shape)
    low, high = _tails(scaled, weights, share)
    beyond = [_beyond(scaled, weights, row, share) for row in range(len(scaled)) if len(scaled) > 1]
    reached = np.concatenate(beyond) if beyond else np.abs(scaled[np.isfinite(scaled)]) * 0
    wider = float(np.clip(np.quantile(reached, share), 1, MOST_WIDER)) if reached.size else 1.0
    inside = float((reached <= wider).mean()) if reached.size else float("nan")
    return Interval(low * wider * spread, high * wider * spread, inside)


def _spread(missed: Floats, season: int) -> Floats:
    """Usual size of a miss at each step ahead, by its place in the season; never 0; (horizon,)."""
    size = np.abs(missed)
    known = np.isfinite(size)
    mean = float(size[known].mean())
    if mean == 0:
        return np.ones(missed.shape[1])
    horizon = missed.shape[1]
    place = np.arange(horizon) % season
    total = np.bincount(place, np.where(known, size, 0.0).sum(axis=0), season)
    count = np.bincount(place, known.sum(axis=0), season)
    by_place = (total + PRIOR * mean) / (count + PRIOR)
    smooth = (np.roll(by_place, 1) + 2 * by_place + np.roll(by_place, -1)) / 4
    tested = int(np.flatnonzero(known.any(axis=0))[-1]) + 1
    growth = np.sqrt(np.maximum(np.arange(1, horizon + 1) / tested, 1.0))
    return np.asarray(smooth[place] * growth)


def _tails(scaled: Floats, weights: Floats, share: float) -> tuple[float, float]:
    """Weighted quantiles that leave out half of the rest on either side; the median stays inside."""
    known = np.isfinite(scaled)
    order = np.argsort(scaled[known])
    values, mass = scaled[known][order], weights[known][order]
    if not values.size:
        return 0.0, 0.0
    at = (np.cumsum(mass) - mass / 2) / mass.sum()
    low, high = np.interp([(1 - share) / 2, (1 + share) / 2], at, values)
    return min(float(low), 0.0), max(float(high), 0.0)


def _beyond(scaled: Floats, weights: Floats, row: int, share: float) -> Floats:
    """How far the misses of one origin reach, as a share of the tails that the others give it."""
    low, high = _tails(np.delete(scaled, row, 0), np.delete(weights, row, 0), share)
    missed = scaled[row][np.isfinite(scaled[row])]
    tail = np.where(missed > 0, high, -low)
    out = np.where(missed == 0, 0.0, np.inf)
    return np.asarray(np.divide(np.abs(missed), tail, out=out, where=tail > 0))
