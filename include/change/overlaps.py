"""Findings on one resource, the best first: overlapping findings never sum."""

import json
import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

RISKS = {"low": 0, "medium": 1, "high": 2}
CENTS = Decimal("0.0001")

Finding = dict[str, Any]
"""One row of FINDINGS with status FAIL and an action."""


class Place(NamedTuple):
    """Which resource a finding is about."""

    account_id: str
    region: str
    resource_type: str
    resource_id: str


def by_resource(findings: Iterable[Finding]) -> Iterator[tuple[Place, list[Finding]]]:
    """Each resource with its findings: dearest known saving first, unknown savings last, then by check."""
    places: dict[Place, list[Finding]] = {}
    for finding in findings:
        places.setdefault(Place(*(finding[field] for field in Place._fields)), []).append(finding)
    for place in sorted(places):
        yield place, sorted(places[place], key=_best_first)


def saving(finding: Finding) -> Decimal | None:
    """USD per month, exact to a hundredth of a cent; None: unknown."""
    value = finding["saving_usd_month"]
    if value is None or not math.isfinite(value):
        return None
    return Decimal(str(value)).quantize(CENTS)


def params(finding: Finding) -> dict[str, Any]:
    """What the check asks the action for."""
    found: dict[str, Any] = json.loads(finding["params"] or "{}")
    return found


def _best_first(finding: Finding) -> tuple[bool, Decimal, str]:
    known = saving(finding)
    return (known is None, -(known or Decimal(0)), finding["check_id"])
