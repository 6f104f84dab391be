"""What another month of growth adds to the bill, at list price."""

from datetime import date

import pytest

from include.domains.capacity.growth import growth_cost
from include.domains.capacity.remedies._remedy import Price

GIB = 1024**3
BOOK = {
    "s3:standard:gib-month": 0.023,
    "logs:ingested:gib": 0.57,
    "elb:application:lcu-hour": 0.008,
    "elb:network:lcu-hour": 0.006,
}


def price(sku, book=BOOK):
    return Price(book[sku], "this test", date(2026, 1, 1)) if sku in book else None


@pytest.mark.parametrize(
    ("kind", "growth", "usd"),
    [
        pytest.param("s3_bytes", 100 * GIB, 2.3, id="100 GiB more are stored"),
        pytest.param("log_bytes", 2 * GIB, 34.2, id="2 GiB more come in on each of 30 days"),
        pytest.param("alb_lcu", 2.0, 11.68, id="2 capacity units more for 730 hours"),
        pytest.param("nlb_lcu", 2.0, 8.76, id="the same of a network load balancer"),
        pytest.param("s3_objects", 1e6, None, id="objects have no price of their own"),
        pytest.param("log_bytes", -GIB, None, id="less comes in"),
    ],
)
def test_growth_costs(kind, growth, usd):
    found = growth_cost(kind, growth, price)
    assert (found and found.usd_month) == (usd and pytest.approx(usd))


@pytest.mark.parametrize("kind", ["s3_bytes", "log_bytes", "alb_lcu", "nlb_lcu"])
def test_without_its_price_growth_costs_nobody_knows_what(kind):
    assert growth_cost(kind, 10.0, lambda sku: None) is None
