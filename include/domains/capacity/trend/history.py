"""The grid of days as matrices: one row per series, the last day in the last column."""

from datetime import datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.core.planning import Event
from include.domains.capacity.trend.weekly import WEEK, Floats

Flags = NDArray[np.bool_]


class History(NamedTuple):
    """Daily values; NaN before a series begins, in gaps, on outliers and during events of the past."""

    values: Floats  # (series, days)
    jumps: Flags  # (series, days): a new level begins
    last: NDArray[np.datetime64]  # (series,): the last day, on the wall clock

    def until(self, days_before: int) -> Self:
        """What was known this many days ago."""
        return self._replace(
            values=self.values[:, :-days_before],
            jumps=self.jumps[:, :-days_before],
            last=self.last - np.timedelta64(days_before, "D"),
        )


def histories(days: pl.DataFrame, sids: pl.Series) -> History:
    """GRID rows of grain day as matrices, in the order of `sids`."""
    order = pl.DataFrame({"sid": sids}).with_row_index("row")
    placed = days.join(order, on="sid").with_columns(
        back=pl.len().over("sid") - 1 - pl.int_range(pl.len()).over("sid")
    )
    width = int(placed["back"].to_numpy().max()) + 1
    values = np.full((len(sids), width), np.nan)
    jumps = np.zeros((len(sids), width), dtype=bool)
    at = placed["row"].to_numpy(), width - 1 - placed["back"].to_numpy()
    known = pl.when(~pl.col("outlier")).then("usage")
    values[at] = placed.select(known.cast(pl.Float64))["usage"].to_numpy()
    jumps[at] = placed["shift"].to_numpy()
    ends = placed.group_by("row").agg(pl.col("clock").max()).sort("row")["clock"]
    return History(values, jumps, ends.to_numpy().astype("datetime64[D]"))


def without_events(history: History, kinds: list[str], events: tuple[Event, ...], zone: str) -> History:
    """Days of past events are unknown: they say nothing of other days."""
    if not events:
        return history
    during = np.isnan(_uplifts(history, kinds, events, zone, ahead=0))
    return history._replace(values=np.where(during, np.nan, history.values))


def event_factors(
    history: History, kinds: list[str], events: tuple[Event, ...], zone: str, *, ahead: int
) -> Floats:
    """What known events multiply the usage by on each of the days `ahead`, (series, days)."""
    return np.nan_to_num(_uplifts(history, kinds, events, zone, ahead=ahead), nan=1.0)


def _uplifts(
    history: History, kinds: list[str], events: tuple[Event, ...], zone: str, *, ahead: int
) -> Floats:
    """1 on days without an event, its factor on days of one, NaN where that is not known. Ahead 0: the past,
    in which any event is NaN."""
    series, past = history.values.shape
    width = ahead or past
    factors = np.ones((series, width))
    for row, kind in enumerate(kinds):
        first = history.last[row] + np.timedelta64(1 if ahead else 1 - past, "D")
        begins = datetime.fromisoformat(str(first)).replace(tzinfo=ZoneInfo(zone))
        for event in events:
            if not event.concerns(kind):
                continue
            for starts, ends in event.between(begins, begins + timedelta(days=width)):
                start = (starts.astimezone(begins.tzinfo) - begins).days
                stop = -(-(ends.astimezone(begins.tzinfo) - begins) // timedelta(days=1))
                known = event.uplift if ahead and event.uplift is not None else np.nan
                factors[row, max(start, 0) : max(stop, 0)] = known
    return factors


def shift_rates(history: History) -> tuple[Floats, Floats]:
    """Level shifts per day, (series,), and their usual size, absolute and as a share, (series, 2)."""
    series, days = history.values.shape
    rates, sizes = np.zeros(series), np.zeros((series, 2))
    for row in np.flatnonzero(history.jumps.any(axis=1)):
        own = history.values[row]
        steps = []
        for day in np.flatnonzero(history.jumps[row]):
            before, after = own[max(day - WEEK, 0) : day], own[day : day + WEEK]
            if np.isfinite(before).any() and np.isfinite(after).any():
                steps.append(float(np.nanmedian(after) - np.nanmedian(before)))
        if steps:
            level = max(abs(float(np.nanmedian(own))), 1e-12)
            size = float(np.sqrt(np.mean(np.square(steps))))
            rates[row] = len(steps) / max(int(np.isfinite(own).sum()), days // 2, 1)
            sizes[row] = size, min(size / level, 1.0)
    return rates, sizes
