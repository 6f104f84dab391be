"""EC2 instances."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from include.aws.collect._calls import items, only
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc

PLATFORMS = {
    "RunInstances": "linux",
    "RunInstances:00g0": "linux",  # Red Hat, own licence
    "RunInstances:0800": "linux",  # Windows, own licence
    "RunInstances:0010": "rhel",
    "RunInstances:000g": "suse",
    "RunInstances:0002": "windows",
}
"""Billing by usage operation (EC2 User Guide, "AMI billing information fields"). Others, such as those with
SQL Server, are billed in ways the price book does not know: null."""

STOPPED = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")


@collector(
    "ec2_instances",
    client="ec2",
    permissions=("ec2:DescribeInstances",),
    arn="arn:{partition}:ec2:{region}:{account_id}:instance/{resource_id}",
)
def ec2_instances(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every EC2 instance in the client's region, terminated ones too while AWS still lists them."""
    for asked in only("instance-id", ids):
        pages = items(ec2, "describe_instances", "Reservations", PaginationConfig={"PageSize": 500}, **asked)
        for reservation in pages:
            for instance in reservation["Instances"]:
                yield _row(ec2, instance)


def _row(ec2: Any, instance: dict[str, Any]) -> Row:
    mappings = instance.get("BlockDeviceMappings", [])
    disks = [mapping["Ebs"]["VolumeId"] for mapping in mappings if "VolumeId" in mapping.get("Ebs", {})]
    return common(ec2, instance["InstanceId"], instance.get("Tags", []), managed_by=operator(instance)) | {
        "instance_type": instance["InstanceType"],
        "state": instance["State"]["Name"],
        "platform": platform(instance),
        "lifecycle": instance.get("InstanceLifecycle", "on-demand"),
        "tenancy": instance.get("Placement", {}).get("Tenancy"),
        "architecture": instance.get("Architecture"),
        "image_id": instance.get("ImageId"),
        "launched_at": utc(instance.get("LaunchTime")),
        "stopped_at": stopped_at(instance),
        "volume_ids": disks,
        "root_device_type": instance.get("RootDeviceType"),
    }


def platform(instance: dict[str, Any]) -> str | None:
    """What AWS bills: linux, windows, rhel, suse; None: something else. Responses from before 2020 and moto
    lack the usage operation and tell only Windows from the rest."""
    operation = instance.get("UsageOperation")
    if operation is not None:
        return PLATFORMS.get(operation)
    return "windows" if instance.get("Platform", "").lower() == "windows" else "linux"


def stopped_at(instance: dict[str, Any]) -> datetime | None:
    """When a stopped instance was stopped, from `User initiated (2026-11-22 21:50:32 GMT)`."""
    said = STOPPED.search(instance.get("StateTransitionReason") or "")
    if instance["State"]["Name"] != "stopped" or said is None:
        return None
    return datetime.fromisoformat(said[1]).replace(tzinfo=UTC)


def operator(resource: dict[str, Any]) -> str | None:
    """`eks` where a service operates the resource on the customer's behalf (EKS Auto Mode and the like)."""
    said = resource.get("Operator") or {}
    return said.get("Principal", "aws").split(".")[0] if said.get("Managed") else None
