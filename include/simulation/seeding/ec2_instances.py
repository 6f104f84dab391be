"""EC2 instances with a gp3 root volume, running or stopped, launched one by one or by a group."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

NAMESPACE = "AWS/EC2"
DIMENSION = "InstanceId"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: type, image; root_gib, stopped_days, spot, member_of (an Auto Scaling group's logical name)."""
    spec = resource.spec
    instance_id = _member(stage, resource) if "member_of" in spec else _launch(stage, resource)
    _date(stage, resource, instance_id)
    return instance_id


def _launch(stage: Stage, resource: Resource) -> str:
    spec = resource.spec
    root = {"VolumeSize": spec.get("root_gib", 20), "VolumeType": "gp3", "DeleteOnTermination": True}
    asked: dict[str, Any] = {
        "ImageId": stage.ids[spec["image"]],
        "InstanceType": spec["type"],
        "MinCount": 1,
        "MaxCount": 1,
        "SubnetId": stage.subnet(),
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": root}],
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": aws_tags({"Name": resource.name, **resource.tags})},
            {"ResourceType": "volume", "Tags": aws_tags({"Name": f"{resource.name}-root", **resource.tags})},
        ],
    }
    if spec.get("spot"):
        asked["InstanceMarketOptions"] = {"MarketType": "spot"}
    instance_id: str = stage.client("ec2").run_instances(**asked)["Instances"][0]["InstanceId"]
    return instance_id


def _member(stage: Stage, resource: Resource) -> str:
    """One of the instances its group has launched, by its place in `spec`."""
    name = resource.spec["member_of"]
    group = stage.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    ids = sorted(member["InstanceId"] for member in group["AutoScalingGroups"][0]["Instances"])
    found: str = ids[resource.spec["index"]]
    stage.client("ec2").create_tags(Resources=[found], Tags=aws_tags({"Name": resource.name}))
    _drop_second_root(stage, found)
    return found


def _drop_second_root(stage: Stage, instance_id: str) -> None:
    """moto gives a group's instances its own default disk on top of the launch template's."""
    backend = stage.backend("ec2")
    for device, mapping in list(backend.get_instance(instance_id).block_device_mapping.items()):
        if backend.volumes[mapping.volume_id].volume_type == "gp2":
            backend.detach_volume(mapping.volume_id, instance_id, device)
            backend.delete_volume(mapping.volume_id)


def _date(stage: Stage, resource: Resource, instance_id: str) -> None:
    instance = stage.backend("ec2").get_instance(instance_id)
    instance.launch_time = stage.ago_naive(resource.age_days)
    for mapping in instance.block_device_mapping.values():
        volume = stage.backend("ec2").volumes[mapping.volume_id]
        volume.create_time = stage.ago_naive(resource.age_days)
        volume.iops, volume.throughput = volume.iops or 3000, volume.throughput or 125
    stopped_days = resource.spec.get("stopped_days")
    if stopped_days is not None:
        stage.client("ec2").stop_instances(InstanceIds=[instance_id])
        instance._reason = f"User initiated ({stage.ago(stopped_days):%Y-%m-%d %H:%M:%S} GMT)"
    if "stop_reason" in resource.spec:
        instance._reason = resource.spec["stop_reason"]
