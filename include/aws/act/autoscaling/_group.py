"""How a group is read."""

from typing import Any

READS = ("autoscaling:DescribeAutoScalingGroups",)

SIZES = {"min_size": "MinSize", "max_size": "MaxSize", "desired_capacity": "DesiredCapacity"}
"""Our names for instances, and AWS's."""


def group(autoscaling: Any, name: str) -> dict[str, Any] | None:
    """The group as AWS describes it; None when it is gone, or being deleted (its status says so)."""
    found = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return None if not found or found[0].get("Status") else found[0]
