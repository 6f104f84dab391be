"""Delete a load balancer that has no targets. Its target groups stay.

Params: `kind` (application, network, gateway, classic). `resource_id` is the ARN; of a classic one the name,
and its client is `elb`, not `elbv2`. Deletion protection is somebody's decision and never
switched off here.
"""

from types import ModuleType
from typing import Any

from include.aws.act._common import never
from include.aws.act.elb import _classic, _v2
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "elbv2"
READ_PERMISSIONS = (
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
PERMISSIONS = ("elasticloadbalancing:DeleteLoadBalancer",)
RISK: Risk = "high"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = True
IRREVERSIBLE_BECAUSE = "a new load balancer has another DNS name, and its listeners and rules are lost"

KINDS = ("application", "network", "gateway", "classic")

halfway = never


def service(params: State) -> str:
    """`elb` for classic load balancers, `elbv2` for all others."""
    return "elb" if params.get("kind") == "classic" else SERVICE


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Kind, state, DNS name, deletion protection and registered targets; None when gone."""
    live: State | None = _api(params).read(client, resource_id)
    return live


def after(before: State, params: State) -> State | None:
    """Gone. ActionRefused while it is protected or has targets."""
    if before["deletion_protection"]:
        raise ActionRefused(
            "deletion protection is on; it is never switched off here. Who set it may switch it off, then "
            "run the sweep again."
        )
    if before["target_ids"]:
        raise ActionRefused(f"targets are registered: {before['target_ids']}; expected none.")
    return None


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Delete and wait; one that is gone is done. The token is not needed."""
    after(before, params)
    _api(params).delete(client, resource_id)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """None: see IRREVERSIBLE_BECAUSE."""
    return None


def _api(params: State) -> ModuleType:
    if params.get("kind") not in KINDS:
        raise ActionRefused(f"params name kind {params.get('kind')!r}; expected one of {', '.join(KINDS)}.")
    return _classic if params["kind"] == "classic" else _v2
