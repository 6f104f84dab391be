"""The local linear trend model, filtered for every series and every choice of its variances at once.

    value = level + noise            noise variance s
    level = level + slope + step     step variance s x LEVEL
    slope = slope + turn             turn variance s x SLOPE

Kalman filter with a diffuse start and the scale s integrated out (Harvey 1989, "Forecasting, structural time
series models and the Kalman filter", sections 3.2 and 4.1). The choices' likelihoods are their weights
(Bayesian model averaging), so that what the history cannot tell stays open in the forecast.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.domains.capacity.trend.weekly import Floats

CHOICES = np.array(
    [(level, turn, 1.0) for level in (0.0, 0.01, 0.1, 1.0) for turn in (0.0, 1e-5, 1e-4, 1e-3)]
    + [(level, 0.0, 0.0) for level in (0.0, 0.01, 0.1, 1.0)]
)
"""(LEVEL, SLOPE, whether there is a slope at all), each as likely as the next beforehand."""
LOG_PRIOR = 0.25
"""How likely growth by a share instead of an amount is beforehand (ours)."""
DIFFUSE = 1e6
"""Variance of what is not known at all, in units of s."""
STEEP = 1e2
WARM_UP = 3
"""Values that only tell where the series begins."""


class Filtered(NamedTuple):
    """What is known at the end of the history; arrays (series, choices), in units of s where not said."""

    level: Floats
    slope: Floats
    p_level: Floats
    p_both: Floats
    p_slope: Floats
    squares: Floats  # sum of squared innovations, each by its own variance
    counted: Floats  # of these innovations
    log_likelihood: Floats  # up to a constant per series
    innovations: Floats  # (series, days, choices), standardised, NaN where there is none


def both(values: Floats, logs: Floats, jumps: NDArray[np.bool_]) -> Filtered:
    """Choices for the values, then the same for their logarithms (all NaN: not there), with likelihoods of
    the values in both (change of variables)."""
    plain, log = filtered(values, jumps), filtered(logs, jumps)
    usable = np.isfinite(logs).sum(axis=1) > 0
    jacobian = np.where(np.isfinite(log.innovations), logs[:, :, None], 0.0).sum(axis=1)
    likelihood = np.where(usable[:, None], log.log_likelihood - jacobian + np.log(LOG_PRIOR), -np.inf)
    log = log._replace(log_likelihood=likelihood)
    plain = plain._replace(log_likelihood=plain.log_likelihood + np.log(1 - LOG_PRIOR))
    return Filtered(*(np.concatenate(pair, axis=-1) for pair in zip(plain, log, strict=True)))


def filtered(values: Floats, jumps: NDArray[np.bool_]) -> Filtered:
    """Filter (series, days); NaN: not known. At a jump the level begins anew."""
    series, days = values.shape
    shape = (series, len(CHOICES))
    q_level, q_slope, sloped = (CHOICES[None, :, column] for column in range(3))
    first = np.take_along_axis(values, np.argmax(np.isfinite(values), axis=1)[:, None], axis=1)
    level = np.broadcast_to(np.where(np.isfinite(first), first, 0.0), shape).copy()
    slope = np.zeros(shape)
    p_level, p_both = np.full(shape, DIFFUSE), np.zeros(shape)
    p_slope = np.broadcast_to(sloped * STEEP, shape).copy()
    squares, count, log_det = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    seen = np.zeros((series, 1))
    innovations = np.full((series, days, len(CHOICES)), np.nan)
    for day in range(days):
        if day:
            level = level + slope
            p_level = p_level + 2 * p_both + p_slope + q_level
            p_both = p_both + p_slope
            p_slope = p_slope + q_slope
        p_level = p_level + np.where(jumps[:, day, None], DIFFUSE, 0.0)
        value = values[:, day, None]
        known = np.isfinite(value)
        error = np.where(known, value - level, 0.0)
        variance = p_level + 1.0
        gain_level = np.where(known, p_level / variance, 0.0)
        gain_slope = np.where(known, p_both / variance, 0.0)
        counts = known & (seen >= WARM_UP) & ~jumps[:, day, None]
        seen = seen + known
        squares += np.where(counts, error**2 / variance, 0.0)
        log_det += np.where(counts, np.log(variance), 0.0)
        count += counts
        innovations[:, day] = np.where(counts, error / np.sqrt(variance), np.nan)
        level = level + gain_level * error
        slope = slope + gain_slope * error
        p_slope = p_slope - gain_slope * p_both
        p_both = p_both - gain_level * p_both
        p_level = p_level - gain_level * p_level
    likelihood = -0.5 * (count * np.log(np.maximum(squares, 1e-300)) + log_det)
    return Filtered(level, slope, p_level, p_both, p_slope, squares, count, likelihood, innovations)


def weights(log_likelihood: Floats) -> Floats:
    """Likelihoods as shares of 1 along the last axis."""
    relative = np.exp(log_likelihood - log_likelihood.max(axis=-1, keepdims=True))
    shares: Floats = relative / relative.sum(axis=-1, keepdims=True)
    return shares
