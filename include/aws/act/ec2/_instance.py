"""What the instance actions share: how an instance is read, and what forbids stopping it."""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.core.changes import State
from include.core.errors import ActionRefused

GONE = {"shutting-down", "terminated"}
AUTO_SCALING_TAG = "aws:autoscaling:groupName"


def describe(ec2: Any, instance_id: str) -> State | None:
    """The fields on which stopping, starting and resizing depend; None when terminated or unknown.

    The type is among them: an instance resized since the plan was made is no longer the one judged.
    """
    try:
        found = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    except ClientError as error:
        if error_code(error) == "InvalidInstanceID.NotFound":
            return None
        raise
    if not found or found[0]["Instances"][0]["State"]["Name"] in GONE:
        return None
    instance = found[0]["Instances"][0]
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
    return {
        "state": instance["State"]["Name"],
        "instance_type": instance["InstanceType"],
        "root_device_type": instance["RootDeviceType"],
        "lifecycle": instance.get("InstanceLifecycle", "on-demand"),
        "autoscaling_group": tags.get(AUTO_SCALING_TAG),
    }


def refuse_unless_stoppable(before: State, states: tuple[str, ...]) -> None:
    """ActionRefused where stopping would lose the instance, or where another system would undo it."""
    if before["root_device_type"] != "ebs":
        raise ActionRefused(
            f"the root device is {before['root_device_type']}: such an instance cannot be stopped, only "
            "terminated, which loses its disk. Replace it instead."
        )
    if before["autoscaling_group"] is not None:
        raise ActionRefused(
            f"the instance belongs to Auto Scaling group {before['autoscaling_group']}, which would replace "
            "it when it stops. Change the group instead."
        )
    if before["lifecycle"] != "on-demand":
        raise ActionRefused(
            f"the instance's lifecycle is {before['lifecycle']}; expected on-demand: others are not stopped "
            "or resized one by one."
        )
    if before["state"] not in states:
        raise ActionRefused(
            f"the instance is {before['state']}; expected {' or '.join(states)}. Run the sweep again when it "
            "has settled."
        )
