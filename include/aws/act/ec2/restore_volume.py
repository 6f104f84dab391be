"""Make a volume from a snapshot, like the one that was deleted: the way back from snapshot_delete_volume.

`resource_id` is the deleted volume's id; the new volume has another one, named in the result. Params are the
`blueprint` of the deleted volume (include/aws/act/ec2/_volume.py) and `snapshot_id`.
"""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import EXECUTION_TAG, aws_tags, error_code, served_by
from include.aws.act._waiting import STATE, until
from include.aws.act.ec2._volume import blueprint
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeSnapshots", "ec2:DescribeVolumes")
PERMISSIONS = (
    "ec2:CreateTags",
    "ec2:CreateVolume",
    "kms:CreateGrant",  # these for encrypted volumes: EBS user guide, "Requirements for EBS encryption"
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
RISK: Risk = "low"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = "it only adds a volume, whose id is new; delete it with ec2.snapshot_delete_volume"

RESTORED_TAG = "watchkeeper:restored"
COMING = {"creating", "available", "in-use"}

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """The snapshot's state, and the volume restored from it (null: not yet); None without the snapshot."""
    snapshot = _snapshot(client, params)
    if snapshot is None:
        return None
    raw = _restored(client, resource_id, params)
    volume = None if raw is None else {**blueprint(raw), "ready": raw["State"] != "creating"}
    return {"snapshot_state": snapshot["State"], "volume": volume}


def after(before: State, params: State) -> State | None:
    """A volume as the params say. ActionRefused unless the snapshot is completed."""
    if before["snapshot_state"] != "completed":
        raise ActionRefused(
            f"snapshot {params['snapshot_id']} is {before['snapshot_state']}; expected completed."
        )
    volume = {key: value for key, value in params.items() if key != "snapshot_id"}
    return {**before, "volume": {**volume, "ready": True}}


def halfway(live: State, before: State, params: State) -> bool:
    """The new volume is being created."""
    volume = live.get("volume")
    return isinstance(volume, dict) and volume["ready"] is False


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Returns the new `volume_id`."""
    after(before, params)
    if _restored(client, resource_id, params) is None:
        client.create_volume(**_request(resource_id, params, token))
    made = until(
        lambda: _restored(client, resource_id, params),
        lambda raw: raw is not None and raw["State"] != "creating",
        what=f"the volume restored for {resource_id} from {params['snapshot_id']}",
        pace=STATE,
    )
    return {"volume_id": made["VolumeId"] if made else None}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """None: see IRREVERSIBLE_BECAUSE."""
    return None


def _snapshot(client: Any, params: State) -> dict[str, Any] | None:
    if params["snapshot_id"] is None:
        raise ActionRefused(
            "restore_volume was not told a snapshot_id: the change it undoes was not carried out, or its "
            "result was lost. Call act of that change again with its own token: it returns the snapshot_id."
        )
    try:
        found = client.describe_snapshots(SnapshotIds=[params["snapshot_id"]])["Snapshots"]
    except ClientError as error:
        if error_code(error) == "InvalidSnapshot.NotFound":
            return None
        raise
    return found[0] if found else None


def _restored(client: Any, old_id: str, params: State) -> dict[str, Any] | None:
    """The volume made for `old_id` from that snapshot, whoever asked for it; the first when there are two."""
    which = [
        {"Name": f"tag:{RESTORED_TAG}", "Values": [old_id]},
        {"Name": "snapshot-id", "Values": [params["snapshot_id"]]},
    ]
    pages = client.get_paginator("describe_volumes").paginate(Filters=which)
    found = [one for page in pages for one in page["Volumes"] if one["State"] in COMING]
    return min(found, key=lambda one: str(one["VolumeId"]), default=None)


def _request(old_id: str, params: State, token: str) -> dict[str, Any]:
    """CreateVolume's parameters. `ClientToken` makes AWS itself refuse to create a second one."""
    tags = params["tags"] if isinstance(params["tags"], dict) else {}
    optional = {
        "Iops": params["iops"],
        "Throughput": params["throughput_mibps"],
        "KmsKeyId": params["kms_key_id"],
        "Encrypted": params["encrypted"] or None,
        "MultiAttachEnabled": params["multi_attach"] or None,
    }
    return {
        "SnapshotId": params["snapshot_id"],
        "AvailabilityZone": params["availability_zone"],
        "VolumeType": params["volume_type"],
        "Size": params["size_gib"],
        "ClientToken": token,
        "TagSpecifications": [
            {
                "ResourceType": "volume",
                "Tags": aws_tags({**tags, EXECUTION_TAG: token, RESTORED_TAG: old_id}),
            }
        ],
        **{name: value for name, value in optional.items() if value is not None},
    }
