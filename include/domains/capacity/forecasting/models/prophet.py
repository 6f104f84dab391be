"""Prophet: a trend with changepoints, Fourier seasons, and known events as regressors.

Source: Taylor and Letham 2018, "Forecasting at scale"; the library prophet. A limit is the cap of a
logistic trend where the series comes near it. Samples for intervals are not drawn: the backtest's own
misses make ours.
"""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import HOUR, Floats

if TYPE_CHECKING:
    import pandas as pd

COST = 2
STAND_IN = "regression"
LONGEST = {True: 24 * 7 * 10, False: 365 * 3}
"""Steps that are fitted (hours; days): more cost time, and changepoints forget them anyway."""
NEAR = 0.5
"""Share of the cap that the series must have reached for the trend to bend below it."""
YEAR = timedelta(days=365)


def needs(history: History) -> bool:
    return len(history.filled) >= 7 * history.day


def predict(history: History, horizon: int) -> Floats:
    """The trend plus the seasons; what events do is told apart as holidays, and added for all models."""
    logging.getLogger("prophet.plot").disabled = True  # says at import that plotly is not there
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").setLevel(logging.WARNING)
    length = min(len(history.values), LONGEST[history.step == HOUR])
    start = (history.start + (len(history.values) - length) * history.step).replace(tzinfo=None)
    moments = pd.date_range(start, periods=length + horizon, freq=history.step)
    frame = pd.DataFrame({
        "ds": moments,
        "y": np.concatenate((history.seen[-length:], np.full(horizon, np.nan))),
    })
    bends = _bends(history)
    if bends:
        frame["cap"], frame["floor"] = history.cap, history.floor
    model = Prophet(
        growth="logistic" if bends else "linear",
        n_changepoints=15,
        daily_seasonality=history.step == HOUR,
        weekly_seasonality=length * history.step >= timedelta(days=14),
        yearly_seasonality=length * history.step >= 2 * YEAR,
        holidays=_holidays(history),
        uncertainty_samples=0,
    )
    model.fit(frame.iloc[:length].dropna(), algorithm="LBFGS", iter=400)
    ahead = model.predict(frame.iloc[length:])
    return np.asarray(ahead["yhat"] - ahead.get("holidays", 0.0), dtype=np.float64)


def _bends(history: History) -> bool:
    """Whether a logistic trend fits: a cap, a floor below it, and a series that has come near."""
    if history.cap is None or history.floor is None or history.cap <= history.floor:
        return False
    reached = float(np.nanmax(history.values)) - history.floor
    return NEAR <= reached / (history.cap - history.floor) < 1


def _holidays(history: History) -> "pd.DataFrame | None":
    """One row per event and day that it touches."""
    import pandas as pd

    rows = [
        {"holiday": event.name, "ds": day.tz_localize(None)}
        for event in history.events
        for day in pd.date_range(event.start, event.end, inclusive="left", normalize=True)
    ]
    return pd.DataFrame(rows) if rows else None
