"""Names that become paths and predicates: only what is harmless in both."""

import re

from include.core.errors import WatchkeeperError

_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def harmless(what: str, name: str) -> str:
    """The name itself; WatchkeeperError when it could leave its folder or its quotes."""
    if not _HARMLESS.fullmatch(name) or ".." in name:
        raise WatchkeeperError(f"{what} {name!r}: expected letters, digits, '.', '_' and '-' only")
    return name
