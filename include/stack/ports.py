"""A port to listen on: the one asked for, or the next free one, said aloud."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from include.stack.errors import StackError

HOST = "127.0.0.1"
TRIES = 50


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen there now. A port in TIME_WAIT counts as free, as it does for servers."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Reservations:
    """Ports this process is about to listen on: no other stack of this user chooses one of them meanwhile.

    The kernel drops a reservation with the process, so a killed one holds nothing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / f"watchkeeper-ports-{os.getuid()}"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._held: dict[int, int] = {}

    def take(self, port: int) -> bool:
        """Reserve `port` if nobody listens there or has reserved it; again is no harm."""
        if port in self._held:
            return True
        descriptor = os.open(self._folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        if not is_free(port):
            os.close(descriptor)
            return False
        self._held[port] = descriptor
        return True

    def release(self) -> None:
        """Give all of them up."""
        while self._held:
            os.close(self._held.popitem()[1])


def choose(
    preferred: int, *, taken: frozenset[int] = frozenset(), free: Callable[[int], bool] = is_free
) -> int:
    """`preferred`, or the next free port after it. StackError when none of the next 50 is free."""
    for port in range(preferred, min(preferred + TRIES, 65_536)):
        if port not in taken and free(port):
            return port
    raise StackError(
        f"no free port on {HOST} from {preferred} to {min(preferred + TRIES, 65_536) - 1}: stop what listens "
        "there, or name another with PORT=<number>"
    )


def exactly(port: int, *, free: Callable[[int], bool] = is_free) -> int:
    """`port`, or StackError when something listens there already."""
    if not free(port):
        raise StackError(
            f"port {port} on {HOST} is busy: stop what listens there, or name another with PORT=<number>"
        )
    return port
