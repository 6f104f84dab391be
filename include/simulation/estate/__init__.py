"""The simulated estate: resources declared with the verdicts they must get. One file per service.

Every module offers `RESOURCES`; a new file is found by its path.
"""

from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from include.core.discovery import modules
from include.simulation.faults import Fault
from include.simulation.manifest import DEV_US, Resource

DENIED = Fault(action="rds:DescribeDBInstances", account_id=DEV_US.account_id, region=DEV_US.region)
"""The one API nobody may call: what it hides must be UNKNOWN, not clean."""

DENIED_CHECKS = ("rds_idle", "rds_oversized")


@cache
def resources() -> tuple[Resource, ...]:
    """Every resource, each after those its `spec` names. ValueError for two of one name."""
    declared = [r for module in modules(__name__).values() for r in module.RESOURCES]
    by_name = {r.name: r for r in declared}
    if len(by_name) != len(declared):
        names = [r.name for r in declared]
        raise ValueError(f"declared twice: {sorted({n for n in names if names.count(n) > 1})}")
    order: TopologicalSorter[str] = TopologicalSorter()
    for resource in declared:
        order.add(resource.name, *(n for n in _words(resource.spec) if n in by_name and n != resource.name))
    return tuple(by_name[name] for name in order.static_order())


def _words(spec: Any) -> list[str]:
    """Every text in a spec, as deep as it goes: those that are names of resources are references."""
    if isinstance(spec, str):
        return [spec]
    if isinstance(spec, dict):
        return [word for value in spec.values() for word in _words(value)]
    if isinstance(spec, (list, tuple)):
        return [word for value in spec for word in _words(value)]
    return []
