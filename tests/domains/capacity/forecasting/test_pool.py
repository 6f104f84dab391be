"""Many series in processes of their own: in order, counted, and none stops another."""

import os
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from include.domains.capacity.forecasting import Series, forecast, forecast_all

GOOD = 50 + 20 * np.sin(2 * np.pi * np.arange(24 * 14) / 24)


def series(name, values):
    return Series((name,), datetime(2026, 3, 2, tzinfo=UTC), timedelta(hours=1), values)


MANY = [series(f"s{i}", GOOD + i) for i in range(20)]


@pytest.mark.parametrize("workers", [1, 2])
def test_every_series_is_answered_in_order_and_counted(workers):
    seen = []
    made = list(forecast_all(MANY, 24, workers=workers, progress=lambda done, of: seen.append((done, of))))
    assert [one.key for one in made] == [one.key for one in MANY]
    assert seen == [(8, 20), (16, 20), (20, 20)]
    assert made[3].p50 == pytest.approx(forecast(MANY[3], 24).p50)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_series_that_breaks_is_named_and_the_rest_go_on(workers):
    broken = series("broken", np.array(["not", "numbers"]))
    made = list(forecast_all([*MANY[:3], broken, *MANY[3:6]], 24, workers=workers))
    assert [one.status for one in made] == ["PASS"] * 3 + ["UNKNOWN"] + ["PASS"] * 3
    assert "TypeError" in made[3].reason


class Deadly:
    """Ends the process that reads it."""

    def __reduce__(self):
        return os._exit, (9,)


def test_a_series_that_kills_its_worker_is_named_and_the_rest_go_on():
    deadly = series("deadly", GOOD)._replace(events=(Deadly(),))
    made = list(forecast_all([*MANY[:3], deadly, *MANY[3:12]], 24, workers=2))
    assert [one.key for one in made if one.status == "UNKNOWN"] == [("deadly",)]
    assert "BrokenProcessPool" in made[3].reason
    assert len(made) == 13


def test_a_series_may_have_its_own_horizon():
    long, usual = forecast_all([MANY[0]._replace(horizon=48), MANY[1]], 24, workers=1)
    assert (len(long.p50), len(usual.p50)) == (48, 24)
