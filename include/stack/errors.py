"""The one error of this room: what did not start, what was expected, where to look."""

from include.core.errors import WatchkeeperError


class StackError(WatchkeeperError):
    """A part did not start, died, or did not answer as it must."""
