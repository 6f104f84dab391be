"""Dates on which a series runs out: what more growth, a higher limit or a known event may do to them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.core.forecasts import FORECAST_MODELS, FORECASTS
from include.core.planning import WhatIf
from include.domains.capacity.days_ahead import days_ahead
from include.domains.capacity.passages import PASSAGES
from include.domains.capacity.preparation import prepare
from tests.domains.capacity.made import AS_OF, GROWTH, days_of, rising, saturation, table

DAY = timedelta(days=1)
DATES = [f"{what}_{said}" for what in ("threshold", "exhausts") for said in ("p10", "p50", "p90")]
NEVER = 10**6


def ahead(*frames, what_if=None, nodes=None, as_of=AS_OF, **of_table):
    series = table(**of_table)
    prepared = prepare(pl.concat(frames), series, as_of=as_of)
    found = days_ahead(prepared, series, as_of=as_of, what_if=what_if, nodes=nodes)
    schemas = (found.forecasts.schema, found.models.schema, found.passages.schema)
    assert schemas == (FORECASTS, FORECAST_MODELS, PASSAGES)
    return found


def passage(scenario="base", **given_):
    found = ahead(saturation(days_of(given_.pop("peaks")), limit=given_.pop("limit", 100.0)), **given_)
    return found.passages.row(by_predicate=pl.col("scenario") == scenario, named=True)


def dates(found):
    return np.array([NEVER if found[name] is None else found[name] for name in DATES])


def test_a_straight_line_runs_out_where_it_meets_its_limit():
    found = passage(peaks=rising(40, 79, days=40, noise=0.3))
    assert found["exhausts_p10"] <= 21 <= found["exhausts_p90"] + 1
    assert abs(found["exhausts_p50"] - 21) <= 3
    assert found["growth_month"] == pytest.approx(30, rel=0.15)


def test_what_does_not_grow_does_not_run_out():
    found = passage(peaks=rising(50, 50))
    assert found["exhausts_p50"] is None
    assert found["risk"] < 0.05


def test_what_shrinks_does_not_run_out():
    assert passage(peaks=rising(95, 60))["exhausts_p50"] is None


def test_who_is_over_the_limit_already_runs_out_on_the_next_day():
    found = passage(peaks=rising(110, 120))
    assert (found["exhausts_p10"], found["exhausts_p90"], found["risk"]) == (1, 1, 1.0)


def test_a_series_without_a_limit_has_growth_and_no_dates():
    found = passage(peaks=rising(100, 160), limit=None, cpu=GROWTH)
    assert found["growth_month"] > 0
    assert [found[name] for name in (*DATES, "risk")] == [None] * 7


def test_a_level_shift_is_respected_and_does_not_count_as_growth():
    peaks = rising(30, 30, days=60)
    peaks[30:] += 40
    assert passage(peaks=peaks)["growth_month"] == pytest.approx(0, abs=6)


def test_uncertainty_grows_with_distance():
    found = ahead(saturation(days_of(rising(40, 60, noise=3)))).forecasts.sort("step")
    width = (found["p90"] - found["p10"]).to_numpy()
    assert width[-30:].mean() > 2 * width[:7].mean()
    assert (found["p10"] <= found["p50"]).all()
    assert (found["p50"] <= found["p90"]).all()


def test_the_weekend_stays_on_its_days():
    peaks = np.where(np.arange(70) % 7 >= 5, 30.0, 60.0) + np.random.default_rng(3).normal(0, 1, 70)
    found = ahead(saturation(days_of(peaks))).forecasts.sort("step")["p50"].to_numpy()[:14]
    assert (found[[5, 6, 12, 13]] < 40).all()
    assert (found[[0, 1, 2, 3, 4, 7, 8]] > 50).all()


def test_forecasts_begin_on_the_day_after_the_history():
    found = ahead(saturation(days_of(rising(40, 60)))).forecasts.sort("step")
    assert found["ts"][0] == AS_OF
    assert (found["ts"].diff().drop_nulls() == DAY).all()
    assert found.height == 180


def test_days_ahead_have_23_to_25_hours_where_clocks_change():
    until = datetime(2026, 3, 9, 23, tzinfo=UTC)  # midnight in Berlin, three weeks before summer time
    frame = saturation(days_of(rising(40, 60)), until=until)
    found = ahead(frame, as_of=until, time_zone="Europe/Berlin").forecasts.sort("step")
    assert found["ts"].diff().drop_nulls().dt.total_hours().unique().sort().to_list() == [23, 24]
    assert set(found["ts"].dt.convert_time_zone("Europe/Berlin").dt.hour()) == {0}


def test_too_little_history_is_unknown_and_has_no_forecast():
    found = ahead(saturation(days_of([50] * 10)))
    assert found.forecasts.is_empty()
    assert found.passages.is_empty()
    assert found.models.select("status", "reason").row(0) == (
        "UNKNOWN",
        "Only 10 of the 14 days needed to forecast from.",
    )


def test_the_choice_and_both_errors_are_told():
    model = ahead(saturation(days_of(rising(40, 60)))).models.row(0, named=True)
    assert model["model"] == "structural_trend"
    assert model["error"] <= model["naive_error"]
    assert model["origins"] == 3
    assert 0 <= model["coverage"] <= 1


def test_what_loses_to_the_seasonal_naive_is_not_shipped():
    flat, weekly = np.full(35, 40.0), np.where(np.arange(25) % 7 >= 5, 10.0, 60.0)  # a habit that is new
    frames = [saturation(days_of(rising(40, 60, seed=n)), name=f"i-{n}") for n in range(4)]
    frames.append(saturation(days_of(np.concatenate([flat, weekly])), name="new-habit"))
    models = ahead(*frames).models
    assert (models["error"] <= models["naive_error"] + 1e-9).all()
    shipped = dict(models.select("resource_id", "weights").iter_rows())
    assert "seasonal_naive" not in shipped["i-0"]
    assert "seasonal_naive" in shipped["new-habit"]


def test_a_series_does_not_depend_on_its_batch():
    frames = [saturation(days_of(rising(40, 60 + n, seed=n)), name=f"i-{n}") for n in range(3)]
    together = ahead(*frames).passages.drop("sid")
    assert together.equals(pl.concat([ahead(frame).passages.drop("sid") for frame in frames]))


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.floats(20, 90), st.floats(0, 2), st.floats(1, 3))
def test_more_growth_never_exhausts_later(seed, last, factor, times):
    peaks = rising(20, last, noise=2, seed=seed)
    less = passage("what_if", peaks=peaks, what_if=WhatIf(growth_factor=factor + 0.01))
    more = passage("what_if", peaks=peaks, what_if=WhatIf(growth_factor=(factor + 0.01) * times))
    assert (dates(more) <= dates(less)).all()
    assert more["risk"] >= less["risk"]


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.floats(30, 120), st.floats(1, 2))
def test_a_higher_limit_never_exhausts_earlier(seed, limit, times):
    peaks = rising(20, 60, noise=2, seed=seed)
    lower, higher = (passage(peaks=peaks, limit=one) for one in (limit, limit * times))
    assert (dates(higher) >= dates(lower)).all()
    assert higher["risk"] <= lower["risk"]


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.floats(10, 120))
def test_early_middle_and_late_are_in_order_and_the_threshold_comes_first(seed, last):
    found = dates(passage(peaks=rising(20, last, noise=3, seed=seed)))
    threshold, exhausts = found[:3], found[3:]
    assert (np.diff(threshold) >= 0).all()
    assert (np.diff(exhausts) >= 0).all()
    assert (threshold <= exhausts).all()


def test_a_launch_raises_what_comes_after_it():
    asked = WhatIf(launch_at=AS_OF + 20 * DAY, launch_percent=100)
    found = passage("what_if", peaks=rising(60, 60), what_if=asked)
    assert found["exhausts_p50"] == 21


def test_a_removed_node_is_a_lower_limit():
    nodes = pl.DataFrame({"sid": [0], "nodes": [4]}, schema={"sid": pl.UInt32, "nodes": pl.Int64})
    found = passage("what_if", peaks=rising(60, 60), what_if=WhatIf(removed_nodes=1), nodes=nodes)
    assert found["limit"] == 75.0
    none_left = passage("what_if", peaks=rising(60, 60), what_if=WhatIf(removed_nodes=4), nodes=nodes)
    assert (none_left["limit"], none_left["exhausts_p90"]) == (0.0, 1)


def test_another_threshold_moves_its_dates_only():
    peaks = rising(40, 70)
    base = passage(peaks=peaks)
    found = passage("what_if", peaks=peaks, what_if=WhatIf(threshold=0.95))
    assert found["threshold_p50"] > base["threshold_p50"]
    assert found["exhausts_p50"] == base["exhausts_p50"]


def test_nothing_asked_is_nothing_beside_base():
    found = ahead(saturation(days_of(rising(40, 60))), what_if=WhatIf())
    assert found.passages["scenario"].to_list() == ["base"]


def event(starts, days, **different):
    return {"name": "sale", "starts": starts, "ends": starts + days * DAY} | different


def test_a_known_event_multiplies_the_days_it_lasts():
    events = [event(AS_OF + 10 * DAY, 3, uplift=2.0)]
    found = ahead(saturation(days_of(rising(40, 40))), events=events).forecasts.sort("step")["p50"].to_numpy()
    high = np.flatnonzero(found > 60)
    assert high.tolist() == [10, 11, 12]


def test_days_of_a_past_event_say_nothing_of_the_others():
    peaks = rising(40, 40)
    peaks[-7:] = 95.0
    events = [event(AS_OF - 7 * DAY, 7)]
    assert passage(peaks=peaks, events=events)["exhausts_p50"] is None
    assert passage(peaks=peaks)["exhausts_p10"] is not None


def test_a_history_of_nothing_but_an_event_is_unknown_and_its_neighbour_is_not():
    events = [event(AS_OF - 60 * DAY, 60, kinds=("memory",))]
    frames = [saturation(days_of(rising(40, 40)), kind=kind) for kind in ("cpu", "memory")]
    found = ahead(*frames, events=events, cpu={}, memory={})
    said = {row["series_kind"]: (row["status"], row["reason"]) for row in found.models.to_dicts()}
    assert said == {
        "cpu": ("PASS", None),
        "memory": (
            "UNKNOWN",
            "Outside of known events and outliers there are too few days to forecast from.",
        ),
    }
    assert found.passages["series_kind"].to_list() == ["cpu"]


def test_an_event_of_another_kind_is_none():
    events = [event(AS_OF + 10 * DAY, 3, uplift=2.0, kinds=("memory",))]
    found = ahead(saturation(days_of(rising(40, 40))), events=events).forecasts
    assert (found["p50"] < 60).all()
