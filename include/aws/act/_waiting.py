"""How long an action waits for AWS, and how often it looks. Seconds; a test sets `Delay` to 0."""

import time
from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

from botocore.exceptions import WaiterError

from include.core.changes import State

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

    WaiterError, as botocore's own, when the pace runs out.
    """
    seen = look()
    for _ in range(pace["MaxAttempts"]):
        if done(seen):
            return seen
        time.sleep(pace["Delay"])
        seen = look()
    if done(seen):
        return seen
    waited = pace["Delay"] * pace["MaxAttempts"]
    raise WaiterError(
        name=what,
        reason=f"waited {waited} s, last seen {seen}. AWS may finish it yet; acting again goes on from there",
        last_response={},
    )


def until_read(look: Callable[[], State | None], want: State | None, *, what: str, pace: Pace) -> None:
    """Until an action's `read` returns what its `after` promised: AWS answers first and shows it later."""
    until(look, lambda seen: seen == want, what=f"{what} to become {want or 'gone'}", pace=pace)
