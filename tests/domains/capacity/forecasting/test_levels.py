"""What is a level shift, and what only looks like one."""

import numpy as np
import pytest

from include.domains.capacity.forecasting import forecast
from include.domains.capacity.forecasting.levels import settled
from tests.domains.capacity.forecasting.test_engine import DAILY, HOURS, hourly

NOISE = np.random.default_rng(1).normal(0, 0.5, len(HOURS))
FLAT = 20 + NOISE
NIGHTLY = FLAT + 60 * (HOURS % 24 < 8)
WORKDAYS = FLAT + 60 * (HOURS // 24 % 7 < 5)


@pytest.mark.parametrize("hours_ago", [8, 30, 100])
def test_a_late_shift_is_taken_out_of_what_came_before(hours_ago):
    lifted = settled(FLAT + 30 * (len(HOURS) - hours_ago <= HOURS), 24)
    assert lifted[: -hours_ago - 1] == pytest.approx(FLAT[: -hours_ago - 1] + 30, abs=2)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(FLAT, id="noise"),
        pytest.param(DAILY + NOISE, id="a day and a week"),
        pytest.param(NIGHTLY, id="a nightly job that ended an hour ago"),
        pytest.param(NIGHTLY[: 24 * 41 + 8], id="a nightly job at its end"),
        pytest.param(WORKDAYS[: 24 * 40], id="a Friday evening's end of the week"),
        pytest.param(WORKDAYS[: 24 * 36], id="Monday after a weekend"),
        pytest.param(FLAT + 0.2 * HOURS, id="a trend"),
        pytest.param(FLAT + 90 * (len(HOURS) - 3 <= HOURS), id="a spike of three hours"),
        pytest.param(np.full(600, 7.0), id="constant"),
    ],
)
def test_what_has_been_seen_before_or_is_over_soon_is_no_shift(values):
    assert settled(values, 24) is values


def test_a_shift_is_followed_at_once():
    shifted = FLAT + 30 * (len(HOURS) - 10 <= HOURS)
    made = forecast(hourly(shifted), 24)
    assert np.median(made.p50) == pytest.approx(50, abs=1.5)
    assert (made.p10 > 40).all()
