"""Throttling is waited out: AWS says that nothing took effect and that the call may be made again later.

botocore's adaptive retries come first; this begins where they gave up.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError, WaiterError

from include.aws.errors import THROTTLED
from include.change._types import ActionFor
from include.core.actions import Action

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 60.0
TOTAL_SECONDS = 900.0
"""A quarter of an hour: EC2's buckets refill within seconds; what is still throttled then is not load."""

Pause = Callable[[float], None]
Answer = TypeVar("Answer")


class Patience:
    """Pauses that double from 2 s to 60 s, `total` seconds of them altogether.

    Not jittered: clients of one account share a token bucket, which keeps them apart.
    """

    def __init__(self, pause: Pause, total: float = TOTAL_SECONDS) -> None:
        self._pause = pause
        self._left = total
        self._next = FIRST_SECONDS
        self.used = False

    def wait(self, error: Exception) -> bool:
        """Pause before another try; False at once when `error` is no throttling, or no patience is left."""
        if not throttled(error) or self._left <= 0:
            return False
        seconds = min(self._next, self._left)
        self._left -= seconds
        self.used = True
        self._next = min(2 * self._next, LONGEST_SECONDS)
        self._pause(seconds)
        return True

    def ask(self, call: Callable[[], Answer]) -> Answer:
        """The call's answer, however long it is throttled; its error when patience ran out, or another."""
        while True:
            try:
                return call()
            except (ClientError, WaiterError) as error:
                if not self.wait(error):
                    raise


def throttled(error: Exception) -> bool:
    """Whether AWS refused for being asked too fast, directly or in the middle of a wait."""
    if isinstance(error, ClientError):
        answer: Any = error.response
    elif isinstance(error, WaiterError):
        answer = error.last_response
    else:
        return False
    return isinstance(answer, dict) and answer.get("Error", {}).get("Code") in THROTTLED


def reading_patiently(action: ActionFor, pause: Pause) -> ActionFor:
    """The same actions, whose `read` waits out throttling; each read anew for up to TOTAL_SECONDS."""

    def found(action_id: str) -> Action:
        return cast(Action, _Patient(action(action_id), pause))

    return found


class _Patient:
    """An action that differs from `doing` in `read` alone."""

    def __init__(self, doing: Action, pause: Pause) -> None:
        self._doing = doing

        @wraps(doing.read)
        def read(*given: Any, **named: Any) -> Any:
            return Patience(pause).ask(lambda: doing.read(*given, **named))

        self.read = read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._doing, name)
