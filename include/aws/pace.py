"""No more API calls per second than policy allows, per account: a token bucket before every request."""

import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.client import BaseClient


class TokenBucket:
    """`take` returns at once while there are tokens and waits for one when there are none.

    Holds one second's worth (one token at least), refilled at `per_second`. Safe for threads, which are
    served in the order they came. `clock` is in seconds and must not go back.
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.per_second = per_second
        self._full = max(1.0, per_second)
        self._tokens = self._full
        self._clock, self._sleep = clock, sleep
        self._at = clock()
        self._lock = threading.Lock()

    def take(self) -> None:
        """One token. A bucket in debt hands out its next tokens in advance, each to be waited for."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._full, self._tokens + (now - self._at) * self.per_second)
            self._at = now
            self._tokens -= 1
            owed = -self._tokens / self.per_second
        if owed > 0:
            self._sleep(owed)


def paced(client: BaseClient, bucket: TokenBucket) -> BaseClient:
    """The client, each of whose HTTP requests (retries too) first takes a token.

    `before-send` is botocore's event for a request about to leave; ours comes first and answers nothing.
    """

    def wait(**_: Any) -> None:
        bucket.take()

    events: Any = client.meta.events
    events.register_first("before-send", wait)
    return client
