"""The day of the week's part in daily values."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
WEEK = 7
LEAST_WEEKS = 3


def profile(values: Floats) -> Floats:
    """What each position in the week adds, (series, 7), for `values` (series, days) with NaN where unknown.

    Median of the differences to a centred weekly mean (classical decomposition, Hyndman & Athanasopoulos
    2021, section 3.4), shrunk by how much of it is chance (James & Stein 1961). Of fewer than three weeks: 0.
    """
    count, days = values.shape
    off = values - _centred(values)
    weeks = -(-days // WEEK)
    padded = np.full((count, weeks * WEEK), np.nan)
    padded[:, :days] = off
    folded = padded.reshape(count, weeks, WEEK)
    middle = _nan(np.nanmedian, folded, axis=1)
    seen = np.isfinite(folded).sum(axis=1)
    rest = folded - middle[:, None, :]
    noise = (1.4826 * _nan(np.nanmedian, np.abs(rest).reshape(count, -1), axis=1)) ** 2
    middle -= _nan(np.nanmean, middle, axis=1)[:, None]
    middle = np.where(np.isfinite(middle), middle, 0.0)
    chance = 1.57 * noise / np.maximum(seen.min(axis=1), 1)  # variance of a median: pi / 2 of a mean's
    spread = middle.var(axis=1)
    kept = np.where(spread > 0, np.clip(1 - chance / np.where(spread > 0, spread, 1), 0, 1), 0)
    kept[seen.min(axis=1) < LEAST_WEEKS] = 0
    shrunk: Floats = middle * kept[:, None]
    return shrunk


def _centred(values: Floats) -> Floats:
    """The mean of the seven days around each day; NaN at the ends and where more than two are missing."""
    count, days = values.shape
    result = np.full((count, days), np.nan)
    if days >= WEEK:
        windows = np.lib.stride_tricks.sliding_window_view(values, WEEK, axis=1)
        enough = np.isfinite(windows).sum(axis=2) == WEEK
        result[:, 3:-3] = np.where(enough, windows.mean(axis=2), np.nan)
    return result


def _nan(statistic: Callable[..., Floats], values: Floats, *, axis: int) -> Floats:
    """A NaN-statistic that is silent where there is nothing but NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return statistic(values, axis=axis)
