"""What grows without a limit costs more every month: how much."""

from collections.abc import Callable

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Price, cost

GIB = 1024**3
DAYS = 30
PRICED = {
    "s3_bytes": ("s3:standard:gib-month", 1 / GIB),
    "log_bytes": ("logs:ingested:gib", DAYS / GIB),  # a day's bytes, every day
    "alb_lcu": ("elb:application:lcu-hour", HOURS_PER_MONTH),
    "nlb_lcu": ("elb:network:lcu-hour", HOURS_PER_MONTH),
}
"""The SKU of a kind, and how many of its units a unit of usage is in a month."""


def growth_cost(kind: str, growth_month: float, price: Callable[[str], Price | None]) -> Cost | None:
    """USD a month by which the bill is higher after another month of it; None: not known, or no growth."""
    if kind not in PRICED or growth_month <= 0:
        return None
    sku, times = PRICED[kind]
    return cost((growth_month * times, price(sku)))
