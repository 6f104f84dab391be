"""Discovery by path: the id of a thing is the name of its file, and no list is kept anywhere."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType


@cache
def modules(package: str) -> dict[str, ModuleType]:
    """Every public module below `package`, by its dotted path relative to it, sorted.

    Names that begin with an underscore are helpers and left out; sub-packages are walked, not listed.
    """
    root = importlib.import_module(package)
    return {name: importlib.import_module(f"{package}.{name}") for name in sorted(_walk(root))}


def _walk(package: ModuleType, prefix: str = "") -> Iterator[str]:
    for found in pkgutil.iter_modules(package.__path__):
        if found.name.startswith("_"):
            continue
        if found.ispkg:
            child = importlib.import_module(f"{package.__name__}.{found.name}")
            yield from _walk(child, f"{prefix}{found.name}.")
        else:
            yield f"{prefix}{found.name}"
