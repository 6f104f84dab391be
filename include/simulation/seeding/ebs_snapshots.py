"""EBS snapshots of a volume of the estate, or of one that is gone."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: volume (logical name), or orphan_gib (its volume was deleted); description, tier, made_by_ami.

    Tags of AWS's own (`aws:backup:...`) are put on by moto's backend: no caller may set them.
    """
    spec, ec2 = resource.spec, stage.client("ec2")
    if "made_by_ami" in spec:
        image = ec2.describe_images(ImageIds=[stage.ids[spec["made_by_ami"]]])["Images"][0]
        snapshot_id: str = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    else:
        volume_id = stage.ids[spec["volume"]] if "volume" in spec else _doomed(stage, spec["orphan_gib"])
        made = ec2.create_snapshot(VolumeId=volume_id, Description=spec.get("description", resource.name))
        snapshot_id = made["SnapshotId"]
        if "volume" not in spec:
            ec2.delete_volume(VolumeId=volume_id)
    snapshot = stage.backend("ec2").snapshots[snapshot_id]
    snapshot.start_time = stage.ago_naive(resource.age_days)
    snapshot.storage_tier = spec.get("tier", "standard")
    snapshot.add_tags({"Name": resource.name, **resource.tags})
    return snapshot_id


def _doomed(stage: Stage, gib: int) -> str:
    volume = stage.client("ec2").create_volume(AvailabilityZone=stage.zone, Size=gib, VolumeType="gp3")
    volume_id: str = volume["VolumeId"]
    return volume_id
