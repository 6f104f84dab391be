"""Intervals from the backtest's own misses.

Source: split conformal prediction, Vovk, Gammerman and Shafer 2005, "Algorithmic learning in a random world";
Lei et al. 2018, "Distribution-free predictive inference for regression".
"""

import numpy as np

from include.domains.capacity.forecasting.shapes import Floats


def offsets(missed: Floats, interval: float) -> tuple[float, float]:
    """What to add to the median for the lower and the upper end; `missed`: actual - median, NaN left out."""
    known = missed[np.isfinite(missed)]
    tail = (1 - interval) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return min(float(low), 0.0), max(float(high), 0.0)
