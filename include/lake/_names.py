"""Names that become paths and predicates, and times that become days: only what is safe as such."""

import re
from datetime import UTC, datetime

from include.core.errors import WatchkeeperError

_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def harmless(what: str, name: str) -> str:
    """The name itself; WatchkeeperError when it could leave its folder or its quotes."""
    if not _HARMLESS.fullmatch(name) or ".." in name:
        raise WatchkeeperError(f"{what} {name!r}: expected letters, digits, '.', '_' and '-' only")
    return name


def utc(as_of: datetime) -> datetime:
    """The time in UTC; WatchkeeperError when it has no zone, as nobody could say which day it is."""
    if as_of.tzinfo is None:
        raise WatchkeeperError(f"as_of {as_of}: expected a time zone aware time")
    return as_of.astimezone(UTC)
