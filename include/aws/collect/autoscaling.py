"""Auto Scaling groups, with the images their launch configurations keep in use."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import batches, items
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc

NAMES = 50
"""Names per call; a name that is gone is not answered, and is no error."""


@collector(
    "autoscaling_groups",
    client="autoscaling",
    permissions=("autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeLaunchConfigurations"),
)
def autoscaling_groups(autoscaling: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every Auto Scaling group in the client's region."""
    groups = _groups(autoscaling, ids)
    configurations = sorted({
        group["LaunchConfigurationName"] for group in groups if group.get("LaunchConfigurationName")
    })
    images = {
        configuration["LaunchConfigurationName"]: configuration["ImageId"]
        for names in batches(configurations, NAMES)
        for configuration in items(
            autoscaling,
            "describe_launch_configurations",
            "LaunchConfigurations",
            LaunchConfigurationNames=names,
        )
    }
    for group in groups:
        image = images.get(group.get("LaunchConfigurationName", ""))
        yield _row(autoscaling, group, [image] if image else [])


def _groups(autoscaling: Any, ids: Sequence[str] | None) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = [{}]
    if ids is not None:
        asked = [{"AutoScalingGroupNames": names} for names in batches(ids, NAMES)]
    return [
        group
        for params in asked
        for group in items(
            autoscaling,
            "describe_auto_scaling_groups",
            "AutoScalingGroups",
            PaginationConfig={"PageSize": 100},
            **params,
        )
    ]


def _row(autoscaling: Any, group: dict[str, Any], images: list[str]) -> Row:
    name = group["AutoScalingGroupName"]
    tags = group.get("Tags", [])
    return common(autoscaling, name, tags, name=name, arn=group.get("AutoScalingGroupARN")) | {
        "min_size": group.get("MinSize"),
        "max_size": group.get("MaxSize"),
        "desired_capacity": group.get("DesiredCapacity"),
        "instance_ids": [instance["InstanceId"] for instance in group.get("Instances", [])],
        "launch_template_id": _launch_template(group),
        "launch_configuration": group.get("LaunchConfigurationName") or None,
        "image_ids": images,
        "created_at": utc(group.get("CreatedTime")),
    }


def _launch_template(group: dict[str, Any]) -> str | None:
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    template = group.get("LaunchTemplate") or mixed.get("LaunchTemplateSpecification") or {}
    found: str | None = template.get("LaunchTemplateId")
    return found
