"""Auto Scaling groups, with what changes their size, and images their launch configurations keep in use."""

from collections import defaultdict
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
    permissions=(
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribePolicies",
        "autoscaling:DescribeScheduledActions",
    ),
)
def autoscaling_groups(autoscaling: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every Auto Scaling group in the client's region."""
    groups = _groups(autoscaling, ids)
    images = _images(autoscaling, groups)
    whole = [None] if groups else []
    which = whole if ids is None else [group["AutoScalingGroupName"] for group in groups]
    scheduled = _names(
        autoscaling, "describe_scheduled_actions", "ScheduledUpdateGroupActions", "ScheduledActionName", which
    )
    policies = _names(autoscaling, "describe_policies", "ScalingPolicies", "PolicyName", which)
    for group in groups:
        image, name = images.get(group.get("LaunchConfigurationName", "")), group["AutoScalingGroupName"]
        yield _row(autoscaling, group, [image] if image else []) | {
            "scheduled_actions": sorted(scheduled[name]),
            "scaling_policies": sorted(policies[name]),
        }


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


def _images(autoscaling: Any, groups: list[dict[str, Any]]) -> dict[str, str]:
    """The image of each launch configuration that a group has."""
    wanted = {group["LaunchConfigurationName"] for group in groups if group.get("LaunchConfigurationName")}
    return {
        configuration["LaunchConfigurationName"]: configuration["ImageId"]
        for names in batches(sorted(wanted), NAMES)
        for configuration in items(
            autoscaling,
            "describe_launch_configurations",
            "LaunchConfigurations",
            LaunchConfigurationNames=names,
        )
    }


def _names(
    autoscaling: Any, operation: str, key: str, name: str, which: Sequence[str | None]
) -> defaultdict[str, list[str]]:
    """The names that `operation` lists, by group. `which`: groups one by one, or None for all at once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group in which:
        asked = {} if group is None else {"AutoScalingGroupName": group}
        for one in items(autoscaling, operation, key, **asked):
            found[one["AutoScalingGroupName"]].append(one[name])
    return found


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
