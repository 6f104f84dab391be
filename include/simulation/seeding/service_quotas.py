"""Quotas of an account: nothing is made, for AWS has them already (include/simulation/limits.py)."""

from include.simulation.limits import COUNTED
from include.simulation.manifest import Resource
from include.simulation.stage import Stage

NAMESPACE = "AWS/Usage"


def dimensions(_: Resource, resource_id: str) -> dict[str, str]:
    """Those of the metric that counts the quota's use."""
    return next(used for service, code, *_, used in COUNTED if resource_id == f"{service}/{code}" and used)


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: service, code. `resource_id` is `<service code>/<quota code>`."""
    return f"{resource.spec['service']}/{resource.spec['code']}"
