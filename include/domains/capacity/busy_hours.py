"""Whether a series needs more than its limit in one window of the week only, the same every week."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

HOURS, DAYS = 24, 7
WEEK = HOURS * DAYS
WEEKS = 4
"""Ours: long enough to tell a habit from a coincidence, short enough to be how it is used now."""
LEAST = 3
"""Of the WEEKS; ours: a public holiday in one of them is no other habit."""
MOSTLY = 0.5
"""Of the window's hours have to recur; ours: two short peaks a day are no window from one to the other."""
LEAD = 1
"""Hours that more capacity is there before the window begins; ours: instances start within minutes, their
caches and connections take longer, and a schedule's hour is whole."""

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class BusyHours(NamedTuple):
    """A window of the week, on the wall clock of a time zone."""

    days: tuple[int, ...]
    """On which it begins; 0: Monday."""
    begins: int
    """Hour of the day."""
    hours: int
    """How long it lasts, be it beyond midnight."""
    time_zone: str

    @property
    def raised(self) -> int:
        """Hours a week with more capacity, LEAD among them."""
        return len(self.days) * (self.hours + LEAD)

    def __str__(self) -> str:
        """`Monday to Friday from 08:00 to 18:00 (Europe/Berlin)`."""
        names, last = [NAMES[day] for day in self.days], self.days[-1]
        run = len(names) > 2 and self.days == tuple(range(self.days[0], last + 1))
        days = f"{names[0]} to {names[-1]}" if run else " and ".join(names)
        ends = (self.begins + self.hours) % HOURS
        return f"{days} from {self.begins:02}:00 to {ends:02}:00 ({self.time_zone})"


def busy_hours(hours: pl.DataFrame, *, limit: float, need: float, time_zone: str) -> BusyHours | None:
    """The window outside which the limit is enough, from one series' hours (GRID on that zone's clock).

    An hour needs more when its usage, grown as the highest of the last WEEKS has to grow to reach `need`, is
    above the limit. None when that is not one window that recurs (see LEAST and MOSTLY) and is raised for
    less than half of the week, or when an hour of the week is not known in LEAST weeks. Days are the clock's:
    when daylight saving begins or ends the window stays in its place.
    """
    recent = hours.sort("clock").tail(WEEKS * WEEK)
    usage = recent["usage"].fill_null(float("nan")).to_numpy()
    if usage.size < WEEKS * WEEK or (np.isfinite(usage).reshape(WEEKS, WEEK).sum(axis=0) < LEAST).any():
        return None
    over = usage * need > limit * np.nanmax(usage)
    first = recent["clock"][0]
    began = first.weekday() * HOURS + first.hour
    times = np.roll(over.reshape(WEEKS, WEEK).sum(axis=0), began)
    return _window(times, time_zone)


def _window(times: NDArray[np.int64], time_zone: str) -> BusyHours | None:
    """Of how often each hour of the week, from Monday's first on, needed more."""
    begins, length = _span(np.flatnonzero(times.reshape(DAYS, HOURS).any(axis=0)))
    by_day = np.roll(times, -begins).reshape(DAYS, HOURS)[:, :length]
    days = np.flatnonzero(by_day.any(axis=1))
    recurs = by_day[days] >= LEAST
    found = BusyHours(tuple(map(int, days)), begins, length, time_zone)
    if not days.size or not recurs.any(axis=1).all() or recurs.mean() < MOSTLY:
        return None
    return found if length + LEAD < HOURS and found.raised * 2 < WEEK else None


def _span(there: NDArray[np.intp]) -> tuple[int, int]:
    """Where the shortest stretch of the day with all these hours of it begins, and how long it is."""
    if not there.size:
        return 0, 0
    gaps = np.diff(there, append=there[0] + HOURS)
    last = int(gaps.argmax())
    return int(there[(last + 1) % there.size]), int(HOURS - gaps[last] + 1)
