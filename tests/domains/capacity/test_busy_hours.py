"""One window of the week that recurs is told from load that is high all week, irregular, or not known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domains.capacity.busy_hours import DAYS, HOURS, LEAD, WEEK, WEEKS, BusyHours, busy_hours
from include.domains.capacity.preparation import prepare
from tests.domains.capacity.made import saturation, table

MONDAY = datetime(2026, 10, 5)  # noqa: DTZ001 - on a wall clock
LOW, HIGH = 40.0, 90.0
OFFICE = BusyHours((0, 1, 2, 3, 4), 8, 10, "UTC")


def week(*windows):
    """Usage of a week from Monday's first hour on, high in the windows."""
    usage = np.full(WEEK, LOW)
    for one in windows:
        for day in one.days:
            usage[(day * HOURS + one.begins + np.arange(one.hours)) % WEEK] = HIGH
    return usage


def weeks(*windows):
    return np.tile(week(*windows), WEEKS)


def grid(usage, begins=MONDAY):
    clock = [begins + n * timedelta(hours=1) for n in range(len(usage))]
    return pl.DataFrame({"clock": clock, "usage": pl.Series(list(usage), dtype=pl.Float64, nan_to_null=True)})


def found(usage, need=112.5, begins=MONDAY):
    return busy_hours(grid(usage, begins), limit=100, need=need, time_zone="UTC")


def changed(*cells):
    """Office hours, but for these (week, day, hour, usage)."""
    usage = weeks(OFFICE)
    for one, day, hour, value in cells:
        usage[one * WEEK + day * HOURS + hour] = value
    return usage


@pytest.mark.parametrize(
    "window",
    [
        OFFICE,
        BusyHours((6,), 5, 1, "UTC"),
        BusyHours((4, 5), 20, 6, "UTC"),
        BusyHours((6,), 22, 8, "UTC"),
        BusyHours((0, 2, 4), 0, 22, "UTC"),
        BusyHours(tuple(range(7)), 18, 10, "UTC"),
    ],
    ids=str,
)
def test_a_window_is_found_whenever_the_history_begins(window):
    usage = week(window)
    for later in range(0, WEEK, 5):
        turned = np.tile(np.roll(usage, -later), WEEKS)
        assert found(turned, begins=MONDAY + later * timedelta(hours=1)) == window


@given(
    st.sets(st.integers(0, DAYS - 1), min_size=1),
    st.integers(0, HOURS - 1),
    st.integers(1, HOURS),
)
def test_what_is_found_is_what_there_is_and_less_than_half_of_the_week(days, begins, hours):
    window = BusyHours(tuple(sorted(days)), begins, hours, "UTC")
    fits = hours + LEAD < HOURS and window.raised < WEEK / 2
    assert found(weeks(window)) == (window if fits else None)


ODD = st.lists(st.tuples(st.integers(0, WEEK * WEEKS - 1), st.floats(0, 300)), max_size=40)


@given(ODD, st.floats(101, 500))
def test_outside_of_what_is_found_nothing_needs_more(odd, need):
    usage = weeks(OFFICE)
    for at, value in odd:
        usage[at] = value
    window = found(usage, need)
    if window is not None:
        within = np.tile(week(window) == HIGH, WEEKS)
        assert (usage[~within] * need <= 100 * usage.max()).all()
        assert window.raised < WEEK / 2


@pytest.mark.parametrize(
    ("usage", "window"),
    [
        pytest.param(changed((1, 2, 10, LOW), (3, 4, 9, LOW)), OFFICE, id="hours that were quiet once"),
        pytest.param(changed(*((1, 3, hour, LOW) for hour in range(24))), OFFICE, id="a holiday"),
        pytest.param(changed((2, 1, 18, HIGH)), OFFICE._replace(hours=11), id="an hour longer, once"),
        pytest.param(changed((2, 1, 10, np.nan)), OFFICE, id="a gap in one week"),
        pytest.param(changed((2, 5, 10, HIGH)), None, id="a Saturday, once"),
        pytest.param(changed((2, 1, 3, HIGH)), OFFICE._replace(begins=3, hours=15), id="a night, once"),
        pytest.param(changed(*((w, 1, 10, np.nan) for w in (1, 2))), None, id="an hour unknown in two weeks"),
        pytest.param(changed(*((w, 0, h, LOW) for w in (1, 2) for h in range(24))), None, id="two Mondays"),
        pytest.param(np.full(WEEK * WEEKS, HIGH), None, id="all week"),
        pytest.param(np.full(WEEK * WEEKS, 0.0), None, id="nothing at all"),
        pytest.param(weeks(BusyHours(OFFICE.days, 8, 2, ""), BusyHours(OFFICE.days, 18, 2, "")), None,
                     id="two short peaks a day"),
        pytest.param(weeks(OFFICE)[:-1], None, id="an hour less than four weeks"),
        pytest.param(np.concatenate([np.full(WEEK, HIGH), weeks(OFFICE)]), OFFICE, id="five weeks ago"),
    ],
)  # fmt: skip
def test_habit_and_chance(usage, window):
    assert found(usage) == window


def test_more_growth_reaches_more_hours():
    usage = np.where(weeks(OFFICE) == LOW, 60, HIGH)
    assert found(usage, need=140) == OFFICE
    assert found(usage, need=160) is None, "then the nights need more too"


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "turn",
    [datetime(2026, 10, 25, tzinfo=BERLIN), datetime(2026, 3, 29, tzinfo=BERLIN)],
    ids=["autumn", "spring"],
)
def test_daylight_saving_leaves_the_window_in_its_place(turn):
    until = (turn + timedelta(days=14)).astimezone(UTC)
    moments = [until - (n + 1) * timedelta(hours=1) for n in reversed(range(5 * WEEK))]
    local = [at.astimezone(BERLIN) for at in moments]
    usage = [HIGH if at.weekday() < 5 and 8 <= at.hour < 18 else LOW for at in local]
    series = table(time_zone="Europe/Berlin")
    prepared = prepare(saturation(usage, until=until), series, as_of=until)
    window = busy_hours(prepared.hours, limit=100, need=112.5, time_zone="Europe/Berlin")
    assert str(window) == "Monday to Friday from 08:00 to 18:00 (Europe/Berlin)"


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (OFFICE, "Monday to Friday from 08:00 to 18:00 (UTC)"),
        (BusyHours((5,), 22, 4, "UTC"), "Saturday from 22:00 to 02:00 (UTC)"),
        (BusyHours((0, 2), 5, 1, "UTC"), "Monday and Wednesday from 05:00 to 06:00 (UTC)"),
    ],
)
def test_it_reads_as_a_sentence(window, said):
    assert str(window) == said
