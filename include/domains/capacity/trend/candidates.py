"""The two candidates for the days ahead: the structural trend and the seasonal naive, as possible futures."""

import numpy as np

from include.domains.capacity.trend.history import History, shift_rates
from include.domains.capacity.trend.paths import Draws, futures
from include.domains.capacity.trend.structural import both
from include.domains.capacity.trend.weekly import WEEK, Floats, profile

STRUCTURAL, NAIVE = "structural_trend", "seasonal_naive"


def structural(history: History, random: Draws) -> Floats:
    """Futures (series, days, paths) of level, slope and day of the week, in amounts or in shares."""
    values = history.values
    positive = np.nanmin(np.where(np.isnan(values), np.inf, values), axis=1) > 0
    logs = np.log(np.where(positive[:, None] & (values > 0), values, np.nan))
    days, ahead = values.shape[1], random.step.shape[0]
    past, coming = (np.arange(days) - days) % WEEK, np.arange(ahead) % WEEK
    parts = [_from_the_end(each) for each in (values, logs)]
    rate, size = shift_rates(history)
    known = both(values - parts[0][:, past], logs - parts[1][:, past], history.jumps)
    week = np.stack([part[:, coming] for part in parts], axis=1)
    found = futures(known, random, week=week, rate=rate, size=size)
    return np.where(
        (np.nanmin(np.nan_to_num(values, nan=0.0), axis=1) >= 0)[:, None, None], found.clip(0), found
    )


def _from_the_end(values: Floats) -> Floats:
    """The profile by position after the last day: 0 is the day that follows."""
    count, days = values.shape
    lead = -days % WEEK
    padded = np.concatenate([np.full((count, lead), np.nan), values], axis=1)
    return profile(padded)


def naive(history: History, random: Draws) -> Floats:
    """Futures that repeat the last week; from week to week they wander as weeks did (a seasonal random walk,
    Hyndman & Athanasopoulos 2021, section 5.2 and 5.5)."""
    last = last_week(history.values)
    ahead = random.step.shape[0]
    weeks = -(-ahead // WEEK)
    walk = np.cumsum(random.step[:weeks], axis=0)
    each = np.repeat(walk, WEEK, axis=0)[:ahead]
    noise = _weekly_deviation(history.values)
    repeated = last[:, np.arange(ahead) % WEEK]
    return (repeated[:, :, None] + noise[:, None, None] * each[None]).astype(np.float32)


def last_week(values: Floats) -> Floats:
    """The newest known value of each of the last seven days' weekdays, (series, 7)."""
    last = values[:, -WEEK:].copy()
    for back in range(2, values.shape[1] // WEEK + 1):
        older = values[:, -back * WEEK : -(back - 1) * WEEK]
        last = np.where(np.isfinite(last), last, older)
    newest = np.array([row[np.isfinite(row)][-1] if np.isfinite(row).any() else np.nan for row in values])
    return np.where(np.isfinite(last), last, newest[:, None])


def weekly_differences(values: Floats) -> Floats:
    """|value - value a week before|, (series, days - 7)."""
    return np.abs(values[:, WEEK:] - values[:, :-WEEK])


def _weekly_deviation(values: Floats) -> Floats:
    differences = weekly_differences(values)
    seen = np.isfinite(differences)
    squares = np.where(seen, differences, 0.0) ** 2
    found: Floats = np.sqrt(squares.sum(axis=1) / np.maximum(seen.sum(axis=1), 1))
    return found
