"""Regular grids: nothing is filled, what stands out is flagged, and days are the policy's time zone's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.domains.capacity.catalogue import SATURATION
from include.domains.capacity.preparation import GRID, PROFILES, prepare
from tests.domains.capacity.made import AS_OF, GROWTH, days_of, rising, saturation, table

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def prepared(*frames, as_of=AS_OF, **of_table):
    made = prepare(pl.concat([SATURATION.to_frame(), *frames]), table(**of_table), as_of=as_of)
    assert (made.hours.schema, made.days.schema, made.profiles.schema) == (GRID, GRID, PROFILES)
    return made


def profile(made, grain):
    return made.profiles.row(by_predicate=pl.col("grain") == grain, named=True)


def test_a_missing_hour_is_a_row_without_a_value():
    made = prepared(saturation([1.0, 2.0, None, None, 5.0] + [3.0] * 60))
    assert made.hours["usage"].to_list()[:5] == [1.0, 2.0, None, None, 5.0]
    assert (made.hours["ts"].diff().drop_nulls() == HOUR).all()
    assert profile(made, "hour")["gaps"] == 2


def test_of_several_points_in_an_hour_the_highest_counts_against_a_limit():
    made = prepared(saturation([10.0] * 11 + [90.0] + [20.0] * 12, step=timedelta(minutes=5)))
    assert made.hours["usage"].to_list() == [90.0, 20.0]
    assert profile(made, "hour")["period_seconds"] == 300


def test_without_a_limit_bytes_are_added_up():
    made = prepared(saturation([1.0] * 48, limit=None, kind="log"), log=GROWTH)
    assert made.days["usage"].to_list() == [24.0, 24.0]


def test_a_day_is_its_peak():
    made = prepared(saturation(days_of([50, 60, 70])))
    assert made.days["usage"].to_list() == [50, 60, 70]


def test_a_day_with_too_few_points_is_a_gap_and_not_a_low_peak():
    hours = days_of([50, 60, 70])
    hours[24:40] = [None] * 16
    assert prepared(saturation(hours)).days["usage"].to_list() == [50, None, 70]


def test_today_is_not_a_whole_day():
    made = prepared(saturation(days_of([50, 60, 70])), as_of=AS_OF - 3 * HOUR)
    assert made.days["usage"].to_list() == [50, 60]
    assert profile(made, "day")["issued_at"] == AS_OF - DAY


def test_a_metric_of_once_a_day_has_days_and_no_hours():
    made = prepared(saturation([float(n) for n in range(20)], step=DAY))
    assert made.days["usage"].to_list() == [float(n) for n in range(20)]
    assert made.hours.is_empty()
    assert profile(made, "hour")["reason"] == "There is a point every 86400 s only, not every hour."
    assert profile(made, "day")["status"] == "PASS"


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        pytest.param(datetime(2026, 10, 27, tzinfo=ZoneInfo("Europe/Berlin")), 25, id="autumn"),
        pytest.param(datetime(2026, 3, 31, tzinfo=ZoneInfo("Europe/Berlin")), 23, id="spring"),
    ],
)
def test_a_day_has_as_many_hours_as_the_time_zone_gives_it(until, hours):
    until = until.astimezone(UTC)
    clock = [(until - HOUR * n).astimezone(ZoneInfo("Europe/Berlin")) for n in range(30 * 24, 0, -1)]
    usage = [90.0 if at.hour == 9 else 10.0 for at in clock]
    made = prepared(saturation(usage, until=until), as_of=until, time_zone="Europe/Berlin")
    changed = made.days.with_columns(length=pl.col("ts").diff().shift(-1).dt.total_hours())
    assert changed["length"].drop_nulls().unique().sort().to_list() == sorted({24, hours})
    peaks = made.hours.filter(pl.col("usage") == 90.0)
    assert set(peaks["clock"].dt.hour()) == {9}, "the pattern stays where people's clocks have it"
    assert (made.hours["clock"].diff().drop_nulls() == HOUR).all()
    assert made.hours["ts"].null_count() == (1 if hours == 23 else 0), "an hour that never was"


def test_hours_begin_where_the_time_zones_own_hours_do():
    made = prepared(saturation([1.0] * 50), time_zone="Asia/Kolkata")
    assert set(made.hours["ts"].dt.minute()) == {30}


def test_a_day_whose_midnight_is_skipped_begins_at_one():
    until = datetime(2026, 4, 27, tzinfo=ZoneInfo("Africa/Cairo")).astimezone(UTC)
    made = prepared(saturation([1.0] * 24 * 5, until=until), as_of=until, time_zone="Africa/Cairo")
    skipped = made.days.filter(pl.col("clock") == datetime(2026, 4, 24))  # noqa: DTZ001 - the wall clock's
    assert skipped["ts"].to_list() == [datetime(2026, 4, 23, 22, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("frame", "grain", "reason"),
    [
        pytest.param(saturation(days_of([50] * 9)), "day", "Only 9 of the 14 days needed to forecast from.",
                     id="too short"),
        pytest.param(saturation([1.0] * 20), "hour", "Only 20 of the 48 hours needed to forecast from.",
                     id="less than two days"),
        pytest.param(saturation(days_of([50] * 30), until=AS_OF - 5 * DAY), "day",
                     "Telemetry ended on 2026-11-17 00:00 UTC.", id="ended"),
        pytest.param(saturation(days_of([50] * 14) + [None] * 24 * 30 + days_of([50] * 2)), "day",
                     "30 of 46 days are gaps.", id="mostly gaps"),
    ],
)  # fmt: skip
def test_too_little_is_unknown_with_the_reason(frame, grain, reason):
    found = profile(prepared(frame), grain)
    assert (found["status"], found["reason"]) == ("UNKNOWN", reason)


def test_a_series_without_points_keeps_its_reason():
    nothing = saturation([1.0], reason="CloudWatch has no points of it.").with_columns(
        ts=pl.lit(None, SATURATION["ts"]), usage=None
    )
    made = prepared(nothing.select(pl.col(n).cast(t) for n, t in SATURATION.items()))
    assert made.profiles["reason"].to_list() == ["CloudWatch has no points of it."] * 2
    assert made.profiles["points"].to_list() == [0, 0]


def test_what_is_not_a_number_is_a_gap():
    made = prepared(saturation([1.0, float("nan"), float("inf"), 4.0] + [1.0] * 44))
    assert made.hours["usage"].to_list()[:4] == [1.0, None, None, 4.0]


def test_a_lonely_spike_is_flagged_and_kept():
    peaks = rising(50, 55, days=40)
    peaks[20] = 300.0
    made = prepared(saturation(days_of(peaks)))
    flagged = made.days.filter("outlier")
    assert flagged["usage"].to_list() == [300.0]
    assert profile(made, "day")["outliers"] == 1
    assert profile(made, "hour")["outliers"] >= 1


def test_a_spike_that_comes_every_week_is_a_habit():
    peaks = rising(50, 55, days=42)
    peaks[3::7] = 120.0
    assert not prepared(saturation(days_of(peaks))).days["outlier"].any()


@pytest.mark.parametrize("size", [40.0, -30.0])
def test_a_resize_is_one_level_shift_on_its_day(size):
    peaks = rising(50, 52, days=60)
    peaks[30:] += size
    made = prepared(saturation(days_of(peaks)))
    assert np.flatnonzero(made.days["shift"].to_numpy()).tolist() == [30]
    assert not made.days["outlier"].any()


def test_growth_and_weekends_are_no_level_shifts():
    peaks = rising(50, 90, days=70) - np.where(np.arange(70) % 7 >= 5, 15, 0)
    assert not prepared(saturation(days_of(peaks))).days["shift"].any()


def test_a_counter_that_begins_anew_is_flagged_where_it_does():
    counter = np.concatenate([np.linspace(5, 80, 25), np.linspace(4, 60, 20)])
    made = prepared(saturation(days_of(counter, noise=0.01)))
    assert 25 in np.flatnonzero(made.days["shift"].to_numpy())


def test_series_do_not_see_each_other():
    first, second = saturation(days_of(rising(50, 60))), saturation(days_of(rising(9, 1)), name="i-2")
    both = prepared(first, second)
    for sid, alone in enumerate((prepared(first), prepared(second))):
        mine = both.days.filter(pl.col("sid") == sid).drop("sid")
        assert mine.equals(alone.days.drop("sid"))


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="must be time zone aware"):
        prepare(saturation([1.0]), table(), as_of=datetime(2026, 1, 1))  # noqa: DTZ001


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=2, max_size=200),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"]),
)
def test_every_point_there_was_is_in_the_grid_and_nothing_else(usage, zone):
    until = datetime(2026, 11, 3, tzinfo=UTC)  # clocks went back on 1 November in New York
    usage = [*usage, *[7.0] * 250]  # and on 25 October in Berlin
    made = prepare(saturation(usage, until=until), table(time_zone=zone), as_of=until)
    grid = made.hours.drop_nulls("usage")
    given_ = [value for value in usage if value is not None]
    assert set(grid["usage"]) <= set(given_)
    assert len(given_) - grid.height <= 1, "at most the hour that is there twice"
    assert (made.hours["clock"].diff().drop_nulls() == HOUR).all()
