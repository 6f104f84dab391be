"""Snapshot an unattached volume, wait until the snapshot is complete, then delete the volume.

The way back makes a volume from the snapshot: same contents and settings, another id.
"""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import EXECUTION_TAG, aws_tags, error_code, served_by
from include.aws.act._waiting import COPY, STATE, wait
from include.aws.act.ec2._volume import blueprint, volume
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeSnapshots", "ec2:DescribeVolumes")
PERMISSIONS = ("ec2:CreateSnapshot", "ec2:CreateTags", "ec2:DeleteVolume")
RISK: Risk = "medium"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = True
IRREVERSIBLE_BECAUSE = None

VOLUME_TAG = "watchkeeper:volume"

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State, attachments, and everything a volume like it needs; None when gone or being deleted."""
    raw = volume(client, resource_id)
    if raw is None:
        return None
    attached = sorted(one["InstanceId"] for one in raw["Attachments"] if "InstanceId" in one)
    return {**blueprint(raw), "state": raw["State"], "attached_instance_ids": list(attached)}


def after(before: State, params: State) -> State | None:
    """Gone. ActionRefused unless the volume is available and attached to nothing."""
    if before["state"] != "available" or before["attached_instance_ids"]:
        raise ActionRefused(
            f"the volume is {before['state']}, attached to {before['attached_instance_ids'] or 'nothing'}; "
            "expected available and unattached. A volume in use is never deleted."
        )
    return None


def halfway(live: State, before: State, params: State) -> bool:
    """Never: until the volume is gone it looks as before; its snapshot is found by the token."""
    return False


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Returns `snapshot_id`, null when the volume was gone before there was any snapshot of it."""
    after(before, params)
    snapshot_id = _snapshot(client, token)
    live = read(client, resource_id, params)
    if live is None:
        return {"snapshot_id": snapshot_id}
    after(live, params)
    if snapshot_id is None:
        snapshot_id = _take(client, resource_id, token)
    wait(client, "snapshot_completed", COPY, SnapshotIds=[snapshot_id])
    _delete(client, resource_id)
    wait(client, "volume_deleted", STATE, VolumeIds=[resource_id])
    return {"snapshot_id": snapshot_id}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """A volume like it from the snapshot. When planning, `snapshot_id` is null: there is none yet."""
    like = {k: v for k, v in before.items() if k not in {"state", "attached_instance_ids"}}
    restore = {**like, "snapshot_id": result.get("snapshot_id")}
    return Step(action="ec2.restore_volume", resource_id=resource_id, params=restore)


def _snapshot(client: Any, token: str) -> str | None:
    """The snapshot this change took before it was interrupted; failed ones do not count."""
    which = [
        {"Name": f"tag:{EXECUTION_TAG}", "Values": [token]},
        {"Name": "status", "Values": ["pending", "completed"]},
    ]
    pages = client.get_paginator("describe_snapshots").paginate(OwnerIds=["self"], Filters=which)
    return min((one["SnapshotId"] for page in pages for one in page["Snapshots"]), default=None)


def _take(client: Any, volume_id: str, token: str) -> str:
    tags = aws_tags({EXECUTION_TAG: token, VOLUME_TAG: volume_id})
    taken: str = client.create_snapshot(
        VolumeId=volume_id,
        Description=f"Watchkeeper: {volume_id} before it was deleted",
        TagSpecifications=[{"ResourceType": "snapshot", "Tags": tags}],
    )["SnapshotId"]
    return taken


def _delete(client: Any, volume_id: str) -> None:
    try:
        client.delete_volume(VolumeId=volume_id)
    except ClientError as error:
        if error_code(error) != "InvalidVolume.NotFound":
            raise
