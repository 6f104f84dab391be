"""What a remedy is asked, and what it answers."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from include.domains.capacity.busy_hours import BusyHours

HOURS_PER_MONTH = 730
"""The month AWS's own pricing pages calculate with (8,760 h a year / 12)."""

Row = Mapping[str, Any]


class Price(NamedTuple):
    """A list price, in USD per unit of its SKU."""

    usd: float
    source: str
    day: date


class Cost(NamedTuple):
    """USD a month, with where its prices come from and the oldest date among them."""

    usd_month: float
    source: str
    day: date


class Due(NamedTuple):
    """A series that needs a higher limit."""

    kind: str
    unit: str
    resource: Row
    """The newest row of its dataset, derived columns too."""
    limit: float
    need: float
    """What the limit has to be at least, in `unit`; of percent: of today's capacity."""
    other: Callable[[str, str], Row | None]
    """A row of another dataset in the same account and region, by its id."""
    price: Callable[[str], Price | None]
    """The list price of a SKU in the region."""
    busy: Callable[[], BusyHours | None] = lambda: None
    """The only hours of the week in which today's limit is not enough; None: others too, or not known."""

    @property
    def factor(self) -> float:
        """How many times today's limit is needed."""
        return self.need / self.limit


class Remedy(NamedTuple):
    """A higher limit, and the way there."""

    says: str
    """What to do, in one sentence."""
    limit: float | None = None
    """What the limit will then be, as it can be bought; None: the need as it is."""
    action: str | None = None
    params: Mapping[str, Any] = {}
    cost: Cost | None = None
    """Over today's; None: not known. 0 only where AWS charges nothing for it: `free`."""
    acts_on: tuple[str, str] | None = None
    """Dataset and id of the resource that is changed, where it is another."""


FREE_DAY = date(2025, 1, 1)
"""When AWS's price pages were last known not to charge for what is `free` here: from memory, verify."""


def up(value: float, step: int = 1) -> int:
    """The next multiple of `step`; a rounding error above a multiple is none."""
    return math.ceil(round(value / step, 9)) * step


def cost(*parts: tuple[float, Price | None]) -> Cost | None:
    """Amounts times prices, per month; None as soon as one price of more than nothing is not known."""
    counted = [(amount, price) for amount, price in parts if amount]
    known = [(amount, price) for amount, price in counted if price is not None]
    if not known or len(known) < len(counted):
        return None
    sources = "; ".join(dict.fromkeys(price.source for _, price in known))
    usd = sum(amount * price.usd for amount, price in known)
    return Cost(round(usd, 6), sources, min(price.day for _, price in known))


def free(what: str) -> Cost:
    """Known to cost nothing, which an unknown price never is. What it lets run may cost, by use."""
    return Cost(0.0, f"AWS charges nothing for {what} (from memory, verify)", FREE_DAY)
