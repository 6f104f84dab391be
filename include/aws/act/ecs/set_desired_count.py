"""Let an ECS service run more or fewer tasks.

Params: `desired_count`. `resource_id` is `<cluster>/<service>`. Where Application Auto Scaling scales the
service, set its target instead: it would undo this. Done means that ECS has taken the number; that every task
found room, the forecast's own series tells.
"""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ecs"
READ_PERMISSIONS = ("ecs:DescribeServices",)
PERMISSIONS = ("ecs:UpdateService",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Status, scheduling strategy and the number of tasks asked for; None when gone or inactive."""
    cluster, name = _names(resource_id)
    try:
        found = client.describe_services(cluster=cluster, services=[name])["services"]
    except ClientError as error:
        if error_code(error) == "ClusterNotFoundException":
            return None
        raise
    if not found or found[0]["status"] == "INACTIVE":
        return None
    keys = {"state": "status", "scheduling": "schedulingStrategy", "desired_count": "desiredCount"}
    return {ours: found[0].get(theirs) for ours, theirs in keys.items()}


def after(before: State, params: State) -> State | None:
    """The new number. ActionRefused: one task per host, or the service is being deleted."""
    if before["state"] != "ACTIVE":
        raise ActionRefused(f"the service is {before['state']}; expected ACTIVE.")
    if before["scheduling"] == "DAEMON":
        raise ActionRefused("the service runs one task per host (DAEMON); its number cannot be set.")
    return {**before, "desired_count": params["desired_count"]}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Update unless done. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        cluster, name = _names(resource_id)
        client.update_service(cluster=cluster, service=name, desiredCount=params["desired_count"])
    until_read(look, want, what=f"service {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The number it had."""
    old = {"desired_count": before["desired_count"]}
    return Step(action="ecs.set_desired_count", resource_id=resource_id, params=old)


def _names(resource_id: str) -> tuple[str, str]:
    cluster, _, name = resource_id.rpartition("/")
    return cluster, name
