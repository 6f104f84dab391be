"""Stop a running instance. Its disks stay and go on costing; a public address that is not elastic is lost."""

from typing import Any

from include.aws.act._common import served_by
from include.aws.act._waiting import STATE, wait
from include.aws.act.ec2._instance import describe, refuse_unless_stoppable
from include.core.changes import Effort, Risk, State, Step

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeInstances",)
PERMISSIONS = ("ec2:StopInstances",)
RISK: Risk = "medium"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State, type, root device, lifecycle and Auto Scaling group; None when terminated."""
    return describe(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The same instance, stopped. ActionRefused: see `refuse_unless_stoppable`."""
    refuse_unless_stoppable(before, ("running", "stopped"))
    return {**before, "state": "stopped"}


def halfway(live: State, before: State, params: State) -> bool:
    """Stopping."""
    return live == {**before, "state": "stopping"}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Stop and wait. Stopping a stopped instance is no change at AWS; the token is not needed."""
    after(before, params)
    client.stop_instances(InstanceIds=[resource_id])
    wait(client, "instance_stopped", STATE, InstanceIds=[resource_id])
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Start it again, if it ran."""
    return (
        Step(action="ec2.start_instance", resource_id=resource_id) if before["state"] == "running" else None
    )
