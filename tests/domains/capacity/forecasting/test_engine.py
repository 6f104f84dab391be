"""One series' forecast: what it says of good, bad and odd data."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from include.domains.capacity.forecasting import Series, forecast

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS = np.arange(24 * 42)
DAILY = 40 + 25 * np.sin(2 * np.pi * HOURS / 24) + 10 * (HOURS // 24 % 7 < 5)


def hourly(values, **different):
    return Series(
        **{"key": ("cpu",), "start": START, "step": HOUR, "values": np.asarray(values, float)} | different
    )


def noisy(scale=1.0, seed=7):
    return DAILY + np.random.default_rng(seed).normal(0, 3 * scale, len(DAILY))


def with_gaps(values, share, seed=3):
    holes = np.random.default_rng(seed).random(len(values)) < share
    return np.where(holes, np.nan, values)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(noisy(), id="seasonal"),
        pytest.param(with_gaps(noisy(), 0.3), id="three in ten are gaps"),
        pytest.param(np.full(400, 5.0), id="constant"),
        pytest.param(np.zeros(400), id="all zero"),
        pytest.param(np.where(HOURS % 97 == 0, 900.0, 0.0), id="mostly zero, with spikes"),
        pytest.param(np.where(HOURS < 600, DAILY, DAILY + 300), id="a level shift"),
        pytest.param(np.where(HOURS == 900, 1e9, DAILY), id="one wild outlier"),
        pytest.param(noisy()[:72], id="as short as may be"),
        pytest.param(1e-9 * noisy(), id="tiny"),
        pytest.param(1e12 * noisy(), id="huge"),
    ],
)
@pytest.mark.parametrize("horizon", [1, 24, 168])
def test_quantiles_are_finite_in_order_and_within_floor_and_cap(values, horizon):
    cap = float(np.nanmax(values)) * 1.01
    made = forecast(hourly(values, cap=cap), horizon)
    assert made.status == "PASS"
    for quantile in (made.p10, made.p50, made.p90):
        assert quantile.shape == (horizon,)
        assert np.isfinite(quantile).all()
        assert (quantile >= 0).all()
        assert (quantile <= cap).all()
    assert (made.p10 <= made.p50).all()
    assert (made.p50 <= made.p90).all()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param([], "no values at all", id="empty"),
        pytest.param(np.full(500, np.nan), "no values at all", id="only gaps"),
        pytest.param(DAILY[:71], "71 known values of 71: at least 72 are needed", id="too short"),
        pytest.param(with_gaps(DAILY[:100], 0.5), "at least 72 are needed", id="too few between the gaps"),
        pytest.param(np.r_[DAILY, np.full(24, np.nan)], "no value in the last 24 steps", id="went silent"),
        pytest.param(np.where(HOURS == 9, np.inf, DAILY), "infinite", id="infinite"),
    ],
)
def test_bad_data_is_unknown_and_says_why(values, reason):
    made = forecast(hourly(values), 24)
    assert made.status == "UNKNOWN"
    assert reason in made.reason
    assert made.p50.size == 0


def test_a_pure_season_goes_on():
    made = forecast(hourly(DAILY), 168)
    week = DAILY[-168:]
    assert made.p50 == pytest.approx(week, abs=0.5)


def test_a_season_in_noise_is_forecast_better_than_by_the_naive():
    made = forecast(hourly(noisy(2)), 168)
    assert made.error < 0.85 * made.naive_error
    assert set(made.weights) <= set(made.candidates)
    assert sum(made.weights.values()) == pytest.approx(1)


def test_what_is_shipped_never_loses_to_the_naive_on_the_backtest():
    walk = np.random.default_rng(5).normal(0, 1, 600).cumsum() + 100
    for values in (walk, noisy(), np.abs(walk - 100) ** 2):
        made = forecast(hourly(values), 24)
        assert made.error <= made.naive_error


def test_units_do_not_matter():
    one, thousand = forecast(hourly(noisy()), 48), forecast(hourly(1000 * noisy()), 48)
    assert thousand.p50 == pytest.approx(1000 * one.p50, rel=1e-6)
    assert thousand.p90 == pytest.approx(1000 * one.p90, rel=1e-6)


def test_the_calendar_year_does_not_matter():
    now, later = forecast(hourly(noisy()), 48), forecast(hourly(noisy(), start=START + 364 * DAY), 48)
    assert later.p50 == pytest.approx(now.p50)


def test_days_are_forecast_by_the_week():
    days = np.arange(120)
    made = forecast(hourly(50 + 20 * (days % 7 < 5), step=DAY), 14)
    assert made.p50 == pytest.approx(50 + 20 * (np.arange(120, 134) % 7 < 5), abs=0.5)


def test_a_wrong_horizon_or_step_is_the_callers_mistake():
    with pytest.raises(ValueError, match="horizon 0"):
        forecast(hourly(DAILY), 0)
    with pytest.raises(ValueError, match="0:05:00"):
        forecast(hourly(DAILY, step=timedelta(minutes=5)), 24)
