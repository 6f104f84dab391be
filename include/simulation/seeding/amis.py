"""Machine images: registered without disks, or made from an instance, which leaves a snapshot behind."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: platform, architecture; from_instance (logical name)."""
    spec, ec2 = resource.spec, stage.client("ec2")
    if "from_instance" in spec:
        made = ec2.create_image(InstanceId=stage.ids[spec["from_instance"]], Name=resource.name)
    else:
        made = ec2.register_image(
            Name=resource.name,
            RootDeviceName="/dev/xvda",
            VirtualizationType="hvm",
        )
    image_id: str = made["ImageId"]
    ec2.create_tags(Resources=[image_id], Tags=aws_tags({"Name": resource.name, **resource.tags}))
    image = stage.backend("ec2").amis[image_id]
    image.creation_date = image.ebs_snapshot.start_time = stage.ago_naive(resource.age_days)
    image.architecture = spec.get("architecture", "x86_64")
    image.platform = spec.get("platform")
    return image_id
