"""Dear models run only where they may win; one that fails is named, and the rest go on."""

import numpy as np
import pytest

from include.domains.capacity.forecasting import Event, engine, forecast
from include.domains.capacity.forecasting.history import history
from include.domains.capacity.forecasting.models_found import NAIVE, found
from tests.domains.capacity.forecasting.test_engine import DAILY, HOUR, HOURS, START, hourly, noisy


class Fake:
    """A model that counts its forecasts."""

    def __init__(self, predict, cost=0, stand_in=None):
        self.COST, self.calls, self._predict = cost, 0, predict
        if stand_in:
            self.STAND_IN = stand_in

    def needs(self, history):
        return True

    def predict(self, history, horizon):
        self.calls += 1
        return self._predict(len(history.values), horizon)


def raising(_, horizon):
    raise Exception(f"cannot forecast {horizon} steps")  # as libraries do


def perfect(length, horizon):
    return DAILY[np.arange(length, length + horizon) % 168]


def far_off(_, horizon):
    return np.full(horizon, 1e6)


@pytest.fixture
def with_models(monkeypatch):
    def use(**models):
        kept = {name: found()[name] for name in (NAIVE, "median_day", "median_week")}
        monkeypatch.setattr(engine, "found", lambda: {**kept, **models})

    return use


@pytest.mark.parametrize(
    ("predict", "why"),
    [
        pytest.param(raising, "Exception: cannot forecast 24 steps", id="raises"),
        pytest.param(
            lambda _, h: np.full(h, np.nan), "gave (24,) values, 0 of them finite", id="not a number"
        ),
        pytest.param(lambda _, h: np.ones(h - 1), "gave (23,) values", id="too few"),
    ],
)
def test_a_model_that_fails_is_named_and_the_rest_go_on(with_models, predict, why):
    with_models(broken=Fake(predict))
    made = forecast(hourly(noisy()), 24)
    assert made.status == "PASS"
    assert f"broken failed: {why}" in made.reason
    assert "broken" not in made.candidates
    assert made.error < made.naive_error


def test_a_dear_model_that_wins_is_shipped(with_models):
    with_models(dear=Fake(perfect, cost=1))
    made = forecast(hourly(noisy(0.3)), 24)
    assert made.model.startswith("dear")


def test_a_dear_model_that_loses_is_dropped_after_two_origins_with_its_error_on_record(with_models):
    dear = Fake(far_off, cost=1)
    with_models(dear=dear)
    made = forecast(hourly(noisy()), 24)
    assert dear.calls == 2
    assert "dear" not in made.weights
    assert made.candidates["dear"] > made.naive_error


def test_a_dear_model_is_not_begun_where_its_stand_in_is_far_from_the_best(with_models):
    dear = Fake(perfect, cost=2, stand_in="cheap")
    with_models(cheap=Fake(far_off), dear=dear)
    assert "dear" not in forecast(hourly(noisy()), 24).candidates
    assert dear.calls == 0


def test_models_respect_floor_and_cap_whatever_they_say(with_models):
    with_models(low=Fake(lambda _, h: np.full(h, -50.0)))
    made = forecast(hourly(np.maximum(noisy(9) - 60, 0)), 24)
    assert (made.p10 >= 0).all()


def past(values, cap=None):
    return history(hourly(values, cap=cap), len(values))


def test_prophet_bends_below_a_limit_that_is_near():
    prophet = found()["prophet"]
    filling = 100 / (1 + np.exp(-(HOURS[:720] - 300) / 90))
    straight, bent = prophet.predict(past(filling), 240), prophet.predict(past(filling, cap=100.5), 240)
    assert bent.max() < 103
    assert straight.max() > bent.max()


def test_prophet_tells_an_event_from_the_usual():
    prophet = found()["prophet"]
    raised = np.where((HOURS >= 600) & (HOURS < 624), DAILY * 4, DAILY)[:720]
    sale = Event("sale", START + 600 * HOUR, START + 624 * HOUR)
    blind, told = (prophet.predict(history(hourly(raised, events=known), 720), 72) for known in ((), (sale,)))
    usual = DAILY[720 : 720 + 72]
    assert np.abs(told - usual).mean() < np.abs(blind - usual).mean()


@pytest.mark.parametrize("name", sorted(found()))
def test_every_model_gives_finite_numbers_where_it_says_it_can(name):
    model = found()[name]
    assert isinstance(model.COST, int)
    for values in (DAILY[:520], np.zeros(520), np.where(HOURS[:520] % 50 == 0, 1e9, 1.0)):
        made = model.predict(past(values), 30)
        assert model.needs(past(values))
        assert made.shape == (30,)
        assert np.isfinite(made).all()
