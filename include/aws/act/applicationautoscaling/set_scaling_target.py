"""Set how far Application Auto Scaling may take a table's capacity or an ECS service's tasks.

Params: `namespace` (`dynamodb`, `ecs`), `dimension` (`dynamodb:table:ReadCapacityUnits`), `min_capacity`,
`max_capacity`, each of the two optional. `resource_id` is `<target>/<dimension>`, as the dataset has it:
`table/orders/dynamodb:table:ReadCapacityUnits`. A maximum below what is in use scales in, at the next
activity. A target that is not registered is gone, and never registered here: no policy would scale it.
"""

from functools import partial
from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "application-autoscaling"
READ_PERMISSIONS = ("application-autoscaling:DescribeScalableTargets",)
PERMISSIONS = ("application-autoscaling:RegisterScalableTarget",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

LIMITS = {"min_capacity": "MinCapacity", "max_capacity": "MaxCapacity"}

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Both limits, in the dimension's unit; None when it is not registered."""
    namespace, target, dimension = _named(resource_id).values()
    found = client.describe_scalable_targets(
        ServiceNamespace=namespace, ResourceIds=[target], ScalableDimension=dimension
    )["ScalableTargets"]
    return {ours: found[0][theirs] for ours, theirs in LIMITS.items()} if found else None


def after(before: State, params: State) -> State | None:
    """The new limits. ActionRefused: the lower is above the upper."""
    wanted: dict[str, Any] = {**before, **_given(params)}
    if wanted["min_capacity"] > wanted["max_capacity"]:
        raise ActionRefused(f"expected min_capacity <= max_capacity, got {wanted}. Plan anew.")
    return wanted


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Register anew unless done: that is how a target is changed. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        given = {LIMITS[ours]: limit for ours, limit in _given(params).items()}
        client.register_scalable_target(**_named(resource_id), **given)
    until_read(look, want, what=f"scaling target {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The limits it had, of those named."""
    old = {**params, **{key: before[key] for key in _given(params)}}
    return Step(action="applicationautoscaling.set_scaling_target", resource_id=resource_id, params=old)


def _named(resource_id: str) -> dict[str, str]:
    """The target, as the API names it; a dimension begins with its namespace."""
    target, _, dimension = resource_id.rpartition("/")
    namespace = dimension.partition(":")[0]
    return {"ServiceNamespace": namespace, "ResourceId": target, "ScalableDimension": dimension}


def _given(params: State) -> State:
    return {key: value for key, value in params.items() if key in LIMITS and value is not None}
