"""Which models make the ensemble, and how they are put together."""

import numpy as np
import pytest

from include.domains.capacity.forecasting.choice import combine, weigh

NAIVE = "seasonal_naive"


@pytest.mark.parametrize(
    ("errors", "shares"),
    [
        pytest.param({NAIVE: 2.0}, {NAIVE: 1.0}, id="alone"),
        pytest.param({NAIVE: 2.0, "good": 1.0}, {"good": 0.8, NAIVE: 0.2}, id="by inverse squared error"),
        pytest.param({NAIVE: 2.0, "bad": 2.1}, {NAIVE: 1.0}, id="losing to the naive is out"),
        pytest.param({NAIVE: 2.0, "perfect": 0.0}, {"perfect": 1.0}, id="perfect"),
        pytest.param({NAIVE: 0.0, "too": 0.0}, {NAIVE: 0.5, "too": 0.5}, id="two perfect ones"),
        pytest.param({NAIVE: float("inf")}, {NAIVE: 1.0}, id="nothing could be tested"),
    ],
)
def test_shares_follow_the_errors(errors, shares):
    assert weigh(errors) == pytest.approx(shares)


def test_an_ensemble_is_of_four_at_most_the_best_first():
    assert list(weigh({NAIVE: 9.0, **{name: 1.0 + i for i, name in enumerate("abcdef")}})) == list("abcd")


def test_one_that_goes_astray_does_not_move_the_median():
    made = {"a": np.array([1.0, 5.0]), "b": np.array([2.0, 6.0]), "astray": np.array([1e9, -1e9])}
    assert combine(made, {"a": 0.4, "b": 0.35, "astray": 0.25}).tolist() == [2.0, 5.0]


def test_a_model_that_says_nothing_does_not_count():
    made = {"silent": np.array([np.nan, np.nan]), "other": np.array([3.0, np.nan])}
    combined = combine(made, {"silent": 0.9, "other": 0.1})
    assert combined[0] == 3.0
    assert np.isnan(combined[1])
