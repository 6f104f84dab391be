"""Delete an EBS snapshot. AWS itself refuses while an AMI is made from it."""

from datetime import UTC
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, never, served_by, user_tags
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeImages", "ec2:DescribeSnapshots")
PERMISSIONS = ("ec2:DeleteSnapshot",)
RISK: Risk = "high"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = True
IRREVERSIBLE_BECAUSE = "a deleted snapshot is lost, unless a Recycle Bin rule keeps it"

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State, volume, size in GiB, tier, start, tags, and the AMIs made from it; None when gone."""
    try:
        found = client.describe_snapshots(SnapshotIds=[resource_id])["Snapshots"]
    except ClientError as error:
        if error_code(error) == "InvalidSnapshot.NotFound":
            return None
        raise
    if not found:
        return None
    raw = found[0]
    return {
        "state": raw["State"],
        "volume_id": raw.get("VolumeId"),
        "size_gib": raw["VolumeSize"],
        "storage_tier": raw.get("StorageTier", "standard"),
        "started_at": raw["StartTime"].astimezone(UTC).isoformat(),
        "tags": user_tags(raw.get("Tags")),
        "image_ids": _images(client, resource_id),
    }


def after(before: State, params: State) -> State | None:
    """Gone. ActionRefused unless completed (or failed), or while an AMI is made from it."""
    if before["image_ids"]:
        raise ActionRefused(f"AMIs are made from the snapshot: {before['image_ids']}. Deregister them first.")
    if before["state"] not in {"completed", "error"}:
        raise ActionRefused(
            f"the snapshot is {before['state']}; expected completed. Try when it has settled."
        )
    return None


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Delete; one that is gone is done. The token is not needed."""
    after(before, params)
    try:
        client.delete_snapshot(SnapshotId=resource_id)
    except ClientError as error:
        if error_code(error) != "InvalidSnapshot.NotFound":
            raise
    look = partial(read, client, resource_id, params)
    until_read(look, None, what=f"snapshot {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """None: see IRREVERSIBLE_BECAUSE."""
    return None


def _images(client: Any, snapshot_id: str) -> Any:
    """Sorted ids of the account's AMIs whose block devices come from this snapshot."""
    pages = client.get_paginator("describe_images").paginate(Owners=["self"])
    images = [image for page in pages for image in page["Images"]]
    return sorted(image["ImageId"] for image in images if snapshot_id in _snapshots(image))


def _snapshots(image: dict[str, Any]) -> set[str]:
    devices = [device.get("Ebs", {}) for device in image.get("BlockDeviceMappings", ())]
    return {device["SnapshotId"] for device in devices if "SnapshotId" in device}
