"""Give an instance another type: stop, modify, start. One that is stopped stays stopped.

Params: `instance_type`. Where AWS refuses the new type or has no capacity for it, the old type is put back
and the instance started again before the error propagates.
"""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import served_by
from include.aws.act._waiting import SETTING, STATE, until_read, wait
from include.aws.act.ec2._instance import describe, refuse_unless_stoppable
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeInstances",)
PERMISSIONS = (
    "ec2:ModifyInstanceAttribute",
    "ec2:StartInstances",
    "ec2:StopInstances",
    "kms:CreateGrant",  # to start with volumes encrypted with a customer's key
)
RISK: Risk = "medium"
EFFORT: Effort = "medium"
RESTART_NEEDED = True
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Type, state, root device, lifecycle and Auto Scaling group; None when terminated."""
    return describe(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The new type in the old state. ActionRefused: see `refuse_unless_stoppable`."""
    refuse_unless_stoppable(before, ("running", "stopped"))
    return {**before, "instance_type": params["instance_type"]}


def halfway(live: State, before: State, params: State) -> bool:
    """One that ran: on its way down with the old type, or on its way up with the new one."""
    down = [{**before, "state": state} for state in ("stopping", "stopped")]
    up = [{**before, **params, "state": state} for state in ("stopped", "pending")]
    return before["state"] == "running" and live in down + up


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """From whichever step the live state is at; `before` says whether to start it. No token needed."""
    want = after(before, params)
    live = describe(client, resource_id)
    if live is None:
        raise ActionRefused(f"instance {resource_id} is terminated; expected {before['state']}. Plan anew.")
    if live["instance_type"] != params["instance_type"]:
        if live["state"] != "stopped":
            _stop(client, resource_id)
        try:
            _set_type(client, resource_id, params["instance_type"])
        except ClientError:
            _put_back(client, resource_id, before)
            raise
    if before["state"] == "running":
        try:
            client.start_instances(InstanceIds=[resource_id])
        except ClientError:
            _put_back(client, resource_id, before)
            raise
        wait(client, "instance_running", STATE, InstanceIds=[resource_id])
    look = partial(describe, client, resource_id)
    until_read(look, want, what=f"instance {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Back to the type it had."""
    old = {"instance_type": before["instance_type"]}
    return Step(action="ec2.modify_instance_type", resource_id=resource_id, params=old)


def _stop(client: Any, resource_id: str) -> None:
    client.stop_instances(InstanceIds=[resource_id])
    wait(client, "instance_stopped", STATE, InstanceIds=[resource_id])


def _set_type(client: Any, resource_id: str, instance_type: Any) -> None:
    client.modify_instance_attribute(InstanceId=resource_id, InstanceType={"Value": instance_type})


def _put_back(client: Any, resource_id: str, before: State) -> None:
    """An outage is worse than a saving missed: as it was, then let the caller raise."""
    _set_type(client, resource_id, before["instance_type"])
    if before["state"] == "running":
        client.start_instances(InstanceIds=[resource_id])
        wait(client, "instance_running", STATE, InstanceIds=[resource_id])
