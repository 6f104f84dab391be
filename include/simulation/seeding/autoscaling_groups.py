"""Auto Scaling groups from a launch template; their instances are declared beside them as members."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage

NAMESPACE = "AWS/AutoScaling"
DIMENSION = "AutoScalingGroupName"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: template (logical name), size, max (default twice that). `resource_id` is the group's name."""
    size = resource.spec["size"]
    stage.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=resource.name,
        LaunchTemplate={"LaunchTemplateId": stage.ids[resource.spec["template"]], "Version": "$Latest"},
        MinSize=size,
        MaxSize=resource.spec.get("max", 2 * size),
        DesiredCapacity=size,
        VPCZoneIdentifier=stage.subnet(),
        Tags=[{"Key": k, "Value": v, "PropagateAtLaunch": True} for k, v in resource.tags.items()],
    )
    group = stage.backend("autoscaling").autoscaling_groups[resource.name]
    group.created_time = f"{stage.ago(resource.age_days):%Y-%m-%dT%H:%M:%S.000Z}"
    return resource.name
