"""An earlier choice is used again without a new selection, but never where it loses to the naive."""

import numpy as np
import pytest

from include.domains.capacity.forecasting import forecast
from tests.domains.capacity.forecasting.test_engine import HOURS, hourly, noisy

NAIVE = "seasonal_naive"
EARLIER = {"median_day": 0.25, "median_week": 0.75}


def test_earlier_weights_are_used_again_and_nothing_else_is_tried():
    made = forecast(hourly(noisy(2), weights=EARLIER), 168)
    assert made.weights == EARLIER
    assert set(made.candidates) == {*EARLIER, NAIVE}
    assert made.error < made.naive_error
    assert (made.p10 <= made.p50).all()
    assert (made.p50 <= made.p90).all()


def test_the_same_choice_on_the_same_history_says_the_same():
    chosen = forecast(hourly(noisy(2)), 48)
    again = forecast(hourly(noisy(2), weights=chosen.weights), 48)
    assert again.p50 == pytest.approx(chosen.p50)
    assert again.p90 == pytest.approx(chosen.p90)


@pytest.mark.parametrize(
    ("values", "weights"),
    [
        pytest.param(1e3 + 10 * HOURS + noisy(0.1), {"median_week": 1.0}, id="it would lose to the naive"),
        pytest.param(noisy(), {"no_such_model": 1.0}, id="the model is gone"),
        pytest.param(noisy()[:80], {"median_week": 1.0}, id="too little history for it now"),
    ],
)
def test_what_no_longer_serves_is_chosen_anew(values, weights):
    made = forecast(hourly(values, weights=weights), 24)
    afresh = forecast(hourly(values), 24)
    assert made.status == "PASS"
    assert made.weights == afresh.weights
    assert np.array_equal(made.p50, afresh.p50)
    assert made.error <= made.naive_error
