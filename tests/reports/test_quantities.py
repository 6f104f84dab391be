"""Amounts as people read them: no unknown is a zero."""

from datetime import UTC, datetime

import pytest

from include.reports.quantities import day, mase, quantity, within


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "bytes", "unknown"),
        (0.0, "bytes", "0 B"),
        (1023.0, "bytes", "1,023 B"),
        (1024.0**3 * 412, "bytes", "412 GiB"),
        (1024.0**2 * 12.34, "bytes per second", "12.3 MiB/s"),
        (-(1024.0**3) * 2.5, "bytes", "-2.50 GiB"),
        (81.34, "percent", "81.3%"),
        (12_345.0, "connections", "12,345 connections"),
        (0.1234, "LCU", "0.123 LCU"),
        (3.0, None, "3"),
    ],
)
def test_a_quantity_is_said_in_its_unit(value, unit, said):
    assert quantity(value, unit) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(None, ""), (-0.2, "already"), (0.3, "today"), (1.2, "in 1 day"), (39.1, "in 39 days")],
)
def test_days_are_said_from_today(days, said):
    assert within(days) == said


def test_a_date_that_is_not_there_is_no_date():
    assert day(None) == "not within the horizon"
    assert day(datetime(2027, 1, 12, tzinfo=UTC)) == "2027-01-12"
    assert mase(None) == "unknown"
    assert mase(0.8) == "0.80"
