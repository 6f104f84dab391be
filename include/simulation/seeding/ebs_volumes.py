"""EBS volumes, free or attached to an instance of the estate."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

NAMESPACE = "AWS/EBS"
DIMENSION = "VolumeId"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: type, gib; iops, throughput, attach (an instance's logical name), device, from_snapshot."""
    spec = resource.spec
    asked: dict[str, Any] = {
        "AvailabilityZone": stage.zone,
        "VolumeType": spec["type"],
        "TagSpecifications": [
            {"ResourceType": "volume", "Tags": aws_tags({"Name": resource.name, **resource.tags})}
        ],
        "Size": spec["gib"],
        "Encrypted": spec.get("encrypted", True),
    }
    if spec["type"] in {"gp3", "io1", "io2"}:
        asked["Iops"] = spec.get("iops", 3000)
    if spec["type"] == "gp3":
        asked["Throughput"] = spec.get("throughput", 125)
    if "from_snapshot" in spec:
        asked["SnapshotId"] = stage.ids[spec["from_snapshot"]]
    ec2 = stage.client("ec2")
    volume_id: str = ec2.create_volume(**asked)["VolumeId"]
    if "attach" in spec:
        device = spec.get("device", "/dev/sdf")
        ec2.attach_volume(VolumeId=volume_id, InstanceId=stage.ids[spec["attach"]], Device=device)
    volume = stage.backend("ec2").volumes[volume_id]
    volume.create_time = stage.ago_naive(resource.age_days)
    if spec["type"] == "gp2":  # AWS reports what gp2 grants: 3 IOPS per GiB, 100 to 16,000
        volume.iops = min(max(100, 3 * spec["gib"]), 16_000)
    return volume_id
