"""How long an action waits for AWS, and how often it looks. Seconds; a test sets `Delay` to 0."""

import time
from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

from include.core.errors import WatchkeeperError

Seen = TypeVar("Seen")


class Pace(TypedDict):
    """botocore's WaiterConfig."""

    Delay: int
    MaxAttempts: int


SETTING: Pace = {"Delay": 2, "MaxAttempts": 60}
"""2 minutes: a setting becomes readable."""
STATE: Pace = {"Delay": 15, "MaxAttempts": 120}
"""30 minutes: an instance, a gateway or a table changes state."""
DATABASE: Pace = {"Delay": 30, "MaxAttempts": 240}
"""2 hours: an RDS instance stops, starts or changes class."""
COPY: Pace = {"Delay": 30, "MaxAttempts": 1440}
"""12 hours: a snapshot, or a volume modification, of many TiB."""


def wait(client: Any, waiter: str, pace: Pace, **which: Any) -> None:
    """One of botocore's own waiters; WaiterError when it fails or the pace runs out."""
    client.get_waiter(waiter).wait(**which, WaiterConfig=dict(pace))


def until(look: Callable[[], Seen], done: Callable[[Seen], bool], *, what: str, pace: Pace) -> Seen:
    """What `look` saw when `done` first held; for what botocore has no waiter for.

    WatchkeeperError, naming what was seen last, when the pace runs out.
    """
    seen = look()
    for _ in range(pace["MaxAttempts"]):
        if done(seen):
            return seen
        time.sleep(pace["Delay"])
        seen = look()
    if done(seen):
        return seen
    raise WatchkeeperError(
        f"waited {pace['Delay'] * pace['MaxAttempts']} s for {what}; last seen: {seen}. AWS may still finish "
        "it: run the change again, it goes on from the live state."
    )
