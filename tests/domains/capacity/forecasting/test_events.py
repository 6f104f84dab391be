"""Known events: the past ones do not count as usual, those to come are allowed for."""

from datetime import timedelta

import numpy as np
import pytest

from include.domains.capacity.forecasting import Event, forecast
from tests.domains.capacity.forecasting.test_engine import DAILY, DAY, HOUR, START, hourly

END = START + len(DAILY) * HOUR


def sale(start, uplift=None, name="sale"):
    return Event(name, start, start + DAY, uplift)


def test_an_expected_uplift_raises_the_steps_it_touches_and_no_others():
    plain, raised = (
        forecast(hourly(DAILY, events=events), 72) for events in ((), (sale(END + DAY, uplift=1.5),))
    )
    assert raised.p50[24:48] == pytest.approx(1.5 * plain.p50[24:48])
    assert raised.p90[24:48] == pytest.approx(1.5 * plain.p90[24:48])
    assert np.array_equal(np.delete(raised.p50, np.s_[24:48]), np.delete(plain.p50, np.s_[24:48]))


def test_what_a_past_event_did_is_expected_of_the_next_of_its_name():
    values = DAILY.copy()
    values[-48:-24] *= 3
    past, next_one = sale(END - 2 * DAY), sale(END + DAY)
    made = forecast(hourly(values, events=(past, next_one)), 72)
    assert made.p50[24:48] == pytest.approx(3 * DAILY[24:48], rel=0.05)
    assert made.p50[:24] == pytest.approx(DAILY[:24], rel=0.05)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(sale(END + DAY), id="one without a past or an uplift"),
        pytest.param(sale(END + timedelta(days=30), uplift=9.0), id="one after the horizon"),
        pytest.param(sale(START - 9 * DAY, uplift=9.0), id="one before the history"),
    ],
)
def test_an_event_that_says_nothing_changes_nothing(event):
    made, plain = forecast(hourly(DAILY, events=(event,)), 72), forecast(hourly(DAILY), 72)
    assert np.array_equal(made.p50, plain.p50)
