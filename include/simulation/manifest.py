"""How a simulated resource is declared: what it is, how it behaves, and which verdicts it must get.

The estate's files under `include/simulation/estate` are the only source of the seeding and of the ground
truth. A verdict is written beside the resource by whoever invents it, never computed by a check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from include.simulation.load import Load

Verdict = Literal["FAIL", "UNKNOWN"]
PRODUCTION = "111111111111"
DEVELOPMENT = "222222222222"
ACCOUNTS = (PRODUCTION, DEVELOPMENT)
REGIONS = ("eu-west-1", "us-east-1")
WHOLE_TARGET = "*"
"""The resource id of a verdict on everything a check would read in one target."""


class Place(NamedTuple):
    """A target: where a resource lives."""

    account_id: str
    region: str


PROD_EU = Place(PRODUCTION, "eu-west-1")
PROD_US = Place(PRODUCTION, "us-east-1")
DEV_EU = Place(DEVELOPMENT, "eu-west-1")
DEV_US = Place(DEVELOPMENT, "us-east-1")
PLACES = (PROD_EU, PROD_US, DEV_EU, DEV_US)


class RunsOut(NamedTuple):
    """A series that reaches its limit on a day that follows from its loads alone."""

    metrics: tuple[str, ...]  # keys of the resource's telemetry, added up
    statistic: str
    level: float
    """The limit: where an hour's statistic rises to it, or, if it shrinks, falls to it."""
    falls: bool = False


Capacity = RunsOut | Verdict
"""FAIL: over the threshold for good, and never at the limit. UNKNOWN: not enough history."""


@dataclass(frozen=True)
class Resource:
    """One resource of the estate. `name` is its stable logical name, unique in the whole estate."""

    name: str
    kind: str  # a file below include/simulation/seeding
    place: Place
    spec: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    age_days: float = 400
    telemetry: Mapping[str, Load] = field(default_factory=dict)  # (namespace and) metric -> behaviour
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)  # check id -> what it must say
    resembles: Mapping[str, str] = field(
        default_factory=dict
    )  # check id -> why it is not a finding after all
    capacity: Mapping[str, Capacity] = field(default_factory=dict)  # series kind -> what its outlook must be
    steady: Mapping[str, str] = field(default_factory=dict)  # series kind -> why no plan is due after all
    remedies: Mapping[str, str] = field(default_factory=dict)  # series kind -> the action to be proposed
    unassociated_days: float | None = None  # elastic IPs: idle for so long, as history must show


def fail(*checks: str) -> dict[str, Verdict]:
    """These checks must find the resource."""
    return dict.fromkeys(checks, "FAIL")


def unknown(*checks: str) -> dict[str, Verdict]:
    """These checks must say that they cannot tell."""
    return dict.fromkeys(checks, "UNKNOWN")


def young(*kinds: str) -> dict[str, Capacity]:
    """There is too little history for a forecast of these series."""
    return dict.fromkeys(kinds, "UNKNOWN")


class Expected(NamedTuple):
    """One line of the ground truth. `resource_id` is AWS's, or `*` for a whole target."""

    check_id: str
    account_id: str
    region: str
    resource_id: str
    status: Verdict
    name: str
