"""Launch templates: the image and the disks they keep in use."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: image, type; snapshot (logical names). Disks are gp3."""
    spec = resource.spec
    disk: dict[str, Any] = {"VolumeSize": 20, "VolumeType": "gp3"}
    if "snapshot" in spec:
        disk["SnapshotId"] = stage.ids[spec["snapshot"]]
    made = stage.client("ec2").create_launch_template(
        LaunchTemplateName=resource.name,
        LaunchTemplateData={
            "ImageId": stage.ids[spec["image"]],
            "InstanceType": spec["type"],
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": disk}],
        },
        TagSpecifications=[
            {"ResourceType": "launch-template", "Tags": aws_tags({"Name": resource.name, **resource.tags})}
        ],
    )
    template_id: str = made["LaunchTemplate"]["LaunchTemplateId"]
    return template_id
