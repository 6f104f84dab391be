"""Set how small and how large an Auto Scaling group may be, and how large it is now.

Params: `min_size`, `max_size`, `desired_capacity` in instances, each optional: what is not named stays. A
maximum below the present capacity would end instances by the way and is refused: name `desired_capacity` with
it. A minimum above it starts instances, as that is what it is for.
"""

from functools import partial
from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.aws.act.autoscaling._group import READS, SIZES, group
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "autoscaling"
READ_PERMISSIONS = READS
PERMISSIONS = ("autoscaling:UpdateAutoScalingGroup",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Minimum and maximum; the capacity only when it is to be set, as policies move it. None when gone.

    `ends_instances`: the maximum asked for is below the present capacity.
    """
    raw = group(client, resource_id)
    if raw is None:
        return None
    live = {ours: raw[theirs] for ours, theirs in SIZES.items()}
    if "desired_capacity" not in params:
        most: Any = params.get("max_size", live["max_size"])
        live["ends_instances"] = live.pop("desired_capacity") > most
    return live


def after(before: State, params: State) -> State | None:
    """The new limits. ActionRefused: they contradict each other, or would end instances by the way."""
    wanted = {**before, **_given(params)}
    least, most = _number(wanted["min_size"]), _number(wanted["max_size"])
    if not least <= _number(wanted.get("desired_capacity", least)) <= most:
        raise ActionRefused(f"expected min_size <= desired_capacity <= max_size, got {wanted}. Plan anew.")
    if wanted.get("ends_instances"):
        raise ActionRefused(
            f"max_size {most} is below the group's present capacity: instances would end. Name "
            "desired_capacity too if they are to."
        )
    return wanted


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Update unless done. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        given = {SIZES[ours]: size for ours, size in _given(params).items()}
        client.update_auto_scaling_group(AutoScalingGroupName=resource_id, **given)
    until_read(look, want, what=f"group {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The sizes it had, of those named."""
    old = {key: before[key] for key in _given(params)}
    return Step(action="autoscaling.set_group_limits", resource_id=resource_id, params=old)


def _given(params: State) -> State:
    return {key: value for key, value in params.items() if key in SIZES and value is not None}


def _number(value: Any) -> int:
    return int(value)
