"""EBS volumes, and the snapshots this account owns."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, only
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc
from include.aws.collect.ec2_instances import operator

PAGE = {"PageSize": 500}


@collector(
    "ebs_volumes",
    client="ec2",
    permissions=("ec2:DescribeVolumes",),
    arn="arn:{partition}:ec2:{region}:{account_id}:volume/{resource_id}",
)
def ebs_volumes(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every EBS volume in the client's region."""
    for asked in only("volume-id", ids):
        for volume in items(ec2, "describe_volumes", "Volumes", PaginationConfig=PAGE, **asked):
            yield _volume(ec2, volume)


@collector(
    "ebs_snapshots",
    client="ec2",
    permissions=("ec2:DescribeSnapshots",),
    arn="arn:{partition}:ec2:{region}::snapshot/{resource_id}",
)
def ebs_snapshots(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every EBS snapshot of this account in the client's region."""
    for asked in only("snapshot-id", ids):
        pages = items(
            ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"], PaginationConfig=PAGE, **asked
        )
        for snapshot in pages:
            yield _snapshot(ec2, snapshot)


def _volume(ec2: Any, volume: dict[str, Any]) -> Row:
    return common(ec2, volume["VolumeId"], volume.get("Tags", []), managed_by=operator(volume)) | {
        "state": volume["State"],
        "volume_type": volume.get("VolumeType"),
        "size_gib": volume["Size"],
        "iops": volume.get("Iops"),
        "throughput_mibps": volume.get("Throughput"),
        "encrypted": volume.get("Encrypted"),
        "multi_attach": volume.get("MultiAttachEnabled", False),
        "created_at": utc(volume.get("CreateTime")),
        "source_snapshot_id": volume.get("SnapshotId") or None,
        "attached_instance_ids": [
            attached["InstanceId"] for attached in volume.get("Attachments", []) if "InstanceId" in attached
        ],
    }


def _snapshot(ec2: Any, snapshot: dict[str, Any]) -> Row:
    return common(ec2, snapshot["SnapshotId"], snapshot.get("Tags", [])) | {
        "state": snapshot["State"],
        "volume_id": snapshot.get("VolumeId"),
        "size_gib": snapshot.get("VolumeSize"),
        "storage_tier": snapshot.get("StorageTier", "standard"),
        "encrypted": snapshot.get("Encrypted"),
        "started_at": utc(snapshot.get("StartTime")),
        "description": snapshot.get("Description"),
    }
