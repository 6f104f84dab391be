"""Everything Watchkeeper may do to an estate: one module per action, found by its path.

`ec2/stop_instance.py` is the action `ec2.stop_instance`. Adding a file adds an action.
"""

from functools import cache
from types import ModuleType
from typing import cast

from include.core.actions import Action
from include.core.discovery import modules
from include.core.errors import WatchkeeperError


def ids() -> list[str]:
    """Every action there is, sorted."""
    return list(modules(__name__))


@cache
def action(id: str) -> Action:
    """The action of that id. WatchkeeperError: there is none, or its module lacks part of the protocol."""
    known = modules(__name__)
    if id not in known:
        raise WatchkeeperError(f"no action {id!r}; expected one of: {', '.join(known)}")
    missing = _missing(known[id])
    if missing:
        raise WatchkeeperError(
            f"action {id} lacks {', '.join(missing)}; every action offers all names "
            "of the Action protocol in include/core/actions.py"
        )
    return cast(Action, known[id])


def _missing(module: ModuleType) -> list[str]:
    """The protocol's names that a module does not offer."""
    functions = {name for name in vars(Action) if not name.startswith("_")}
    return sorted(name for name in functions | set(Action.__annotations__) if not hasattr(module, name))
