"""Release an elastic IP address that is associated with nothing. `resource_id` is its allocation id."""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, never, served_by, user_tags
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeAddresses",)
PERMISSIONS = ("ec2:ReleaseAddress",)
RISK: Risk = "medium"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = True
IRREVERSIBLE_BECAUSE = "the address returns to AWS's pool, where another account may get it"

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """The address, what it is associated with, and its tags; None when released."""
    try:
        found = client.describe_addresses(AllocationIds=[resource_id])["Addresses"]
    except ClientError as error:
        if error_code(error) == "InvalidAllocationID.NotFound":
            return None
        raise
    if not found:
        return None
    raw = found[0]
    return {
        "public_ip": raw["PublicIp"],
        "association_id": raw.get("AssociationId") or None,
        "instance_id": raw.get("InstanceId") or None,
        "network_interface_id": raw.get("NetworkInterfaceId") or None,
        "tags": user_tags(raw.get("Tags")),
    }


def after(before: State, params: State) -> State | None:
    """Gone. ActionRefused while it is associated."""
    used_by = [before[key] for key in ("association_id", "instance_id", "network_interface_id")]
    if any(used_by):
        raise ActionRefused(
            f"address {before['public_ip']} is in use by {next(one for one in used_by if one)}; expected no "
            "association. An address in use is never released."
        )
    return None


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Release; one that is gone is done. The token is not needed."""
    after(before, params)
    try:
        client.release_address(AllocationId=resource_id)
    except ClientError as error:
        if error_code(error) != "InvalidAllocationID.NotFound":
            raise
    look = partial(read, client, resource_id, params)
    until_read(look, None, what=f"address {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """None: see IRREVERSIBLE_BECAUSE."""
    return None
