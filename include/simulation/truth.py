"""The ground truth: every verdict other than PASS that the sweep must reach, and no other.

An idle address is known by history alone: the truth is that of a lake filled by `include.simulation.history`.

In the server's process `truth(ids)`; everywhere else `fetch(endpoint)`, which asks the server.
"""

import json
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple

from include.simulation.estate import DENIED, DENIED_CHECKS, resources
from include.simulation.manifest import WHOLE_TARGET, Expected

PATH = "/watchkeeper-sim/truth"


class LookAlike(NamedTuple):
    """A resource a check must not find, though it nearly is what the check looks for."""

    check_id: str
    name: str
    resource_id: str
    why: str


def truth(ids: Mapping[str, str], *, denied: bool = True) -> list[Expected]:
    """All expected verdicts, sorted. `ids`: AWS's id of each logical name. `denied`: one API is refused."""
    expected = [
        Expected(check, r.place.account_id, r.place.region, ids[r.name], verdict, r.name)
        for r in resources()
        for check, verdict in r.verdicts.items()
    ]
    if denied:
        expected += [
            Expected(check, DENIED.account_id, DENIED.region, WHOLE_TARGET, "UNKNOWN", DENIED.action)
            for check in DENIED_CHECKS
        ]
    return sorted(expected)


def look_alikes(ids: Mapping[str, str]) -> list[LookAlike]:
    """Every near miss of the estate, with the reason it is none."""
    return sorted(
        LookAlike(check, r.name, ids[r.name], why) for r in resources() for check, why in r.resembles.items()
    )


def fetch(endpoint: str) -> list[Expected]:
    """The running server's truth. OSError (URLError) when there is no server."""
    with urllib.request.urlopen(endpoint.rstrip("/") + PATH, timeout=30) as response:  # noqa: S310 - our own
        return [Expected(**row) for row in json.load(response)["expected"]]
