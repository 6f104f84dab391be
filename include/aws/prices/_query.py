"""One question to the Price List API, and which of our SKUs a product of the answer is."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

Attributes = Mapping[str, str]
"""Of a product, as AWS sends them: `{"usagetype": "EU-LCUUsage", "regionCode": "eu-west-1", ...}`."""

REGION = re.compile(r"^[A-Z]{2,4}\d?-")
"""What usage types begin with outside us-east-1, and there too in some services: `EU-`, `APN1-`, `USE1-`."""


class Query(NamedTuple):
    """What to ask for, and the SKU and unit of each product that comes back (None: not one of ours)."""

    service: str
    filters: Mapping[str, str]
    sku: Callable[[Attributes], str | None]
    unit: str


def usage(a: Attributes) -> str:
    """The usage type without its region: `LCUUsage`."""
    return REGION.sub("", a.get("usagetype", ""))


def by_usage(skus: Mapping[str, str]) -> Callable[[Attributes], str | None]:
    """The SKU of a usage type without its region; exactly that one: `Outposts-LCUUsage` is another."""
    return lambda a: skus.get(usage(a))
