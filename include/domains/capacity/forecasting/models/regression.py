"""Prophet's own regression, solved at once: a bending trend and Fourier seasons by ridge.

Source: Taylor and Letham 2018, "Forecasting at scale", sections 3.1 and 3.2: piecewise linear trend,
Fourier orders 4 of the day and 3 of the week; the normal prior on its terms is a ridge penalty. Where this
is far from the best, Prophet will be as well, and is not tried.
"""

import numpy as np

from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import SEASONS, Floats

COST = 1
ORDERS = {24: 4, 168: 3, 7: 3}
BENDS = 10
UNTIL = 0.8
"""Share of the history that bends are laid over, as Prophet's changepoint_range."""
SEASON_PENALTY, BEND_PENALTY = 0.01, 40.0
"""About 1 / prior scale squared, times the noise's share: Prophet's defaults are 10 and 0.05."""
SPAN = 8
"""Long seasons that are fitted."""


def needs(history: History) -> bool:
    return len(history.filled) >= 7 * history.day


def predict(history: History, horizon: int) -> Floats:
    """The fitted trend and seasons, continued."""
    values = history.filled[-SPAN * SEASONS[history.step][-1] :]
    length = len(values)
    low, scale = float(np.median(values)), float(np.abs(values - np.median(values)).mean()) or 1.0
    design, penalty = _design(length, horizon, history.seasons)
    known = design[:length]
    terms = np.linalg.solve(known.T @ known + np.diag(penalty), known.T @ ((values - low) / scale))
    return np.asarray(design[length:] @ terms * scale + low)


def _design(length: int, horizon: int, seasons: tuple[int, ...]) -> tuple[Floats, Floats]:
    """One row per step, past and to come, and the ridge penalty of each column."""
    at = np.arange(length + horizon)
    time = at / length
    bends = np.linspace(0, UNTIL, BENDS + 1)[1:]
    columns = [np.ones_like(time), time, *np.maximum(time - bends[:, None], 0)]
    penalties = [1e-6, 1e-6, *[BEND_PENALTY] * BENDS]
    for season in seasons:
        for order in range(1, ORDERS[season] + 1):
            angle = 2 * np.pi * order * at / season
            columns += [np.sin(angle), np.cos(angle)]
            penalties += [SEASON_PENALTY] * 2
    return np.stack(columns, axis=1), np.array(penalties)
