"""What the volume actions share: how a volume is read."""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, user_tags
from include.core.changes import State

IOPS_PROVISIONED = {"gp3", "io1", "io2"}
"""Types whose IOPS one chooses; others derive them from their size, so they are no setting to compare."""
THROUGHPUT_PROVISIONED = {"gp3"}
GP3_BASELINE: State = {"iops": 3000, "throughput_mibps": 125}
"""Included in gp3's price (EBS user guide, "General Purpose SSD volumes")."""


def volume(ec2: Any, volume_id: str) -> dict[str, Any] | None:
    """The volume as EC2 describes it; None when it is gone, or on its way out (which nothing can stop)."""
    try:
        found = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"]
    except ClientError as error:
        if error_code(error) == "InvalidVolume.NotFound":
            return None
        raise
    return None if not found or found[0]["State"] in {"deleting", "deleted"} else found[0]


def performance(raw: dict[str, Any]) -> State:
    """Type, and what is provisioned with it: IOPS, MiB/s; null where the type has no such setting."""
    kind = raw["VolumeType"]
    return {
        "volume_type": kind,
        "iops": raw.get("Iops") if kind in IOPS_PROVISIONED else None,
        "throughput_mibps": raw.get("Throughput") or GP3_BASELINE["throughput_mibps"]
        if kind in THROUGHPUT_PROVISIONED
        else None,
    }


def blueprint(raw: dict[str, Any]) -> State:
    """Everything needed to make a volume like this one from its snapshot. `size_gib` in GiB."""
    return {
        **performance(raw),
        "size_gib": raw["Size"],
        "availability_zone": raw["AvailabilityZone"],
        "encrypted": raw["Encrypted"],
        "kms_key_id": raw.get("KmsKeyId"),
        "multi_attach": bool(raw.get("MultiAttachEnabled")),
        "tags": user_tags(raw.get("Tags")),
    }
