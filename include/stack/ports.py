"""A port to listen on: the one asked for, or the next free one, said aloud."""

import socket
from collections.abc import Callable

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
