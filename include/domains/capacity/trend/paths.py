"""Thousands of possible futures of a filtered history, and what they say of a limit."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.domains.capacity.trend.structural import CHOICES, Filtered, weights
from include.domains.capacity.trend.weekly import Floats

PATHS = 400
SEED = 20_261_126
MOST_LOG = 80.0
"""Of a logarithm; 32-bit numbers end a little above."""


class Draws(NamedTuple):
    """Standard random numbers, the same for every series: nothing depends on its neighbours in a batch, and
    two scenarios of one series differ by what is asked only."""

    choice: Floats  # (paths,) in [0, 1): which choice of variances
    scale: Floats  # (paths,) normal
    state: Floats  # (2, paths) normal
    step: Floats  # (days, paths) normal
    turn: Floats  # (days, paths) normal
    noise: Floats  # (days, paths) in [0, 1): which innovation of the history comes again
    jump: Floats  # (2, days, paths): in [0, 1) whether a level shift comes; normal: its size


@cache
def draws(days: int, paths: int = PATHS) -> Draws:
    """The random numbers of `days` ahead; fewer days begin with the same."""
    rng = [np.random.default_rng((SEED, stream)) for stream in range(8)]
    evenly = (np.arange(paths) + 0.5) / paths
    return Draws(
        choice=rng[0].permutation(evenly),
        scale=rng[1].standard_normal(paths),
        state=rng[2].standard_normal((2, paths)),
        step=rng[3].standard_normal((days, paths)),
        turn=rng[4].standard_normal((days, paths)),
        noise=rng[5].random((days, paths)),
        jump=np.stack([rng[6].random((days, paths)), rng[7].standard_normal((days, paths))]),
    )


def futures(
    known: Filtered, random: Draws, *, week: Floats, rate: Floats, size: Floats, damping: float = 1.0
) -> Floats:
    """Possible values of the days ahead, (series, days, paths).

    `known` is of values and logarithms (`both`), `week` (series, 2, days) the day of the week's part of each.
    Noise comes from the history's own innovations, so that skewed and heavy tails stay so. `rate`, `size`
    (series,): level shifts per day and their usual size, as the history had them.
    """
    series = known.level.shape[0]
    shares = np.cumsum(weights(known.log_likelihood), axis=1)
    chosen = (random.choice[None, :, None] > shares[:, None, :]).sum(axis=2).clip(0, shares.shape[1] - 1)
    scale = np.sqrt(_scale(known, chosen, random.scale))
    level, slope = _start(known, chosen, random.state, scale)
    logs = chosen >= len(CHOICES)
    steps = scale * np.sqrt(CHOICES[chosen % len(CHOICES), 0])
    turns = scale * np.sqrt(CHOICES[chosen % len(CHOICES), 1])
    size = np.where(logs, size[:, 1, None], size[:, 0, None])
    noise = _noise(known, chosen)
    days, paths = random.step.shape
    result = np.empty((series, days, paths), dtype=np.float32)
    for day in range(days):
        level = level + slope + steps * random.step[day]
        slope = slope * damping + turns * random.turn[day]
        jumps = random.jump[0, day][None, :] < rate[:, None]
        level = level + np.where(jumps, size * random.jump[1, day], 0.0)
        drawn = np.minimum((random.noise[day] * noise.shape[1]).astype(int), noise.shape[1] - 1)
        part = np.where(logs, week[:, 1, day, None], week[:, 0, day, None])
        value = level + scale * noise[:, drawn] + part
        result[:, day] = np.where(logs, np.exp(np.minimum(value, MOST_LOG)), value)
    return result


def _scale(known: Filtered, chosen: NDArray[np.int64], normal: Floats) -> Floats:
    """The variance s: its posterior given the choice is inverse chi-square (Harvey 1989, section 3.2); its
    quantiles by Wilson & Hilferty (1931)."""
    squares = np.take_along_axis(known.squares, chosen, axis=1)
    count = np.maximum(np.take_along_axis(known.counted, chosen, axis=1), 4.0)
    chi = count * (1 - 2 / (9 * count) + normal * np.sqrt(2 / (9 * count))) ** 3
    found: Floats = squares / np.maximum(chi, 0.1 * count)
    return found


def _start(
    known: Filtered, chosen: NDArray[np.int64], normal: Floats, scale: Floats
) -> tuple[Floats, Floats]:
    """Level and slope at the end of the history, drawn from what is known of them together."""
    mean_level, mean_slope, p_level, p_both, p_slope = (
        np.take_along_axis(array, chosen, axis=1) for array in known[:5]
    )
    deviation = np.sqrt(np.maximum(p_level, 1e-12))
    along = p_both / deviation
    across = np.sqrt(np.maximum(p_slope - along**2, 0.0))
    level = mean_level + scale * deviation * normal[0]
    slope = mean_slope + scale * (along * normal[0] + across * normal[1])
    return level, slope


def _noise(known: Filtered, chosen: NDArray[np.int64]) -> Floats:
    """Standardised innovations of the likeliest choice, sorted, (series, 64): mean 0, mean square 1."""
    best = known.log_likelihood.argmax(axis=1)
    own = np.take_along_axis(known.innovations, best[:, None, None], axis=2)[:, :, 0]
    scale = np.sqrt(known.squares / np.maximum(known.counted, 1))[np.arange(len(best)), best]
    with np.errstate(invalid="ignore", divide="ignore"):
        standard = np.sort(np.where(scale[:, None] > 0, own / scale[:, None], np.nan), axis=1)
    seen = np.isfinite(standard).sum(axis=1)
    at = np.minimum(
        (np.arange(64)[None, :] + 0.5) / 64 * seen[:, None], np.maximum(seen - 1, 0)[:, None]
    ).astype(int)
    picked = np.take_along_axis(standard, at, axis=1)
    picked = np.where(np.isfinite(picked), picked, 0.0)
    centred = picked - picked.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.where(spread > 0, centred / np.where(spread > 0, spread, 1.0), 0.0)
