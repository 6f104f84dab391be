"""Start a stopped instance: the way back from `ec2.stop_instance`."""

from typing import Any

from include.aws.act._common import served_by
from include.aws.act._waiting import STATE, wait
from include.aws.act.ec2._instance import describe
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeInstances",)
PERMISSIONS = (
    "ec2:StartInstances",
    "kms:CreateGrant",  # on volumes encrypted with a customer's key; without it the start fails silently
)
RISK: Risk = "low"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State, type, root device, lifecycle and Auto Scaling group; None when terminated."""
    return describe(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The same instance, running. ActionRefused unless it is stopped or runs already."""
    if before["state"] not in {"stopped", "running"}:
        raise ActionRefused(
            f"the instance is {before['state']}; expected stopped. Wait until it has settled."
        )
    return {**before, "state": "running"}


def halfway(live: State, before: State, params: State) -> bool:
    """Pending."""
    return live == {**before, "state": "pending"}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Start and wait. Starting a running instance is no change at AWS; the token is not needed."""
    after(before, params)
    client.start_instances(InstanceIds=[resource_id])
    wait(client, "instance_running", STATE, InstanceIds=[resource_id])
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Stop it again, if it was stopped."""
    return Step(action="ec2.stop_instance", resource_id=resource_id) if before["state"] == "stopped" else None
