"""One model's forecast from one origin, or what kept it from one."""

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.models_found import Model
from include.domains.capacity.forecasting.shapes import Floats


def attempt(name: str, model: Model, past: History, horizon: int, failed: dict[str, str]) -> Floats | None:
    """The forecast within floor and cap; None where the history is too short, or the model fails (noted).

    Libraries raise plain Exceptions on data they cannot bear: whatever it is, it is that model's alone.
    """
    if not model.needs(past):
        return None
    try:
        made = np.asarray(model.predict(past, horizon), dtype=np.float64)
    except Exception as error:  # noqa: BLE001
        failed[name] = f"{type(error).__name__}: {error}"
        return None
    if made.shape != (horizon,) or not np.isfinite(made).all():
        failed[name] = f"gave {made.shape} values, {int(np.isfinite(made).sum())} of them finite"
        return None
    return bounded(made, past.floor, past.cap)


def bounded(values: Floats, floor: float | None, cap: float | None) -> Floats:
    """The values within what the series can be."""
    return values if floor is None and cap is None else np.clip(values, floor, cap)
