"""Exponential smoothing by statsforecast."""

import numpy as np

from include.domains.capacity.forecasting.shapes import Floats


def smoothed(values: Floats, horizon: int) -> Floats:
    """Flat forecast of statsforecast's SimpleExponentialSmoothingOptimized."""
    from statsforecast.models import SimpleExponentialSmoothingOptimized

    made = SimpleExponentialSmoothingOptimized().forecast(values, horizon)
    return np.asarray(made["mean"], dtype=np.float64)
