"""Intervals hold what they promise, are wide where the series is wild, and widen beyond what was tested."""

import numpy as np
import pytest

from include.domains.capacity.forecasting import forecast
from include.domains.capacity.forecasting.intervals import interval
from tests.domains.capacity.forecasting.test_engine import hourly, noisy

RNG = np.random.default_rng(11)
EQUAL = np.ones(8)


def test_eight_in_ten_of_what_comes_lie_inside():
    inside = []
    for seed in range(12):
        values = noisy(2, seed)
        made = forecast(hourly(values[:-24]), 24)
        came = values[-24:]
        inside.append(np.mean((came >= made.p10) & (came <= made.p90)))
    assert 0.7 <= np.mean(inside) <= 0.92


def test_misses_to_one_side_make_an_interval_to_that_side():
    made = interval(RNG.exponential(10, (8, 24)), EQUAL, 24, 0.8)
    assert (made.low == 0).all()
    assert (made.high > 15).all()


def test_wild_hours_have_wider_intervals():
    missed = RNG.normal(0, 1, (8, 48))
    missed[:, [9, 10, 11, 33, 34, 35]] *= 20
    made = interval(missed, EQUAL, 24, 0.8)
    assert made.high[10] > 3 * made.high[20]
    assert made.high[34] == pytest.approx(made.high[10])


def test_what_was_never_tested_is_less_certain():
    missed = np.full((8, 96), np.nan)
    missed[:, :24] = RNG.normal(0, 1, (8, 24))
    made = interval(missed, EQUAL, 24, 0.8)
    assert made.high[24 * 3 + 5] == pytest.approx(made.high[5] * np.sqrt(78 / 24))


def test_a_forecast_that_never_missed_has_no_width():
    made = interval(np.zeros((8, 24)), EQUAL, 24, 0.8)
    assert not made.low.any()
    assert not made.high.any()
    assert made.coverage == 1


def test_a_single_origin_is_enough():
    made = interval(RNG.normal(0, 1, (1, 24)), EQUAL[:1], 24, 0.8)
    assert (made.low < 0).all()
    assert (made.high > 0).all()
