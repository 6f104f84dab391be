"""How a group, and a scheduled action of it, are read."""

from datetime import UTC, datetime
from typing import Any

from include.core.changes import State

READS = ("autoscaling:DescribeAutoScalingGroups",)
READS_SCHEDULE = (*READS, "autoscaling:DescribeScheduledActions")

SIZES = {"min_size": "MinSize", "max_size": "MaxSize", "desired_capacity": "DesiredCapacity"}
"""Our names for instances, and AWS's."""
TEXTS = {"recurrence": "Recurrence", "time_zone": "TimeZone"}
TIMES = {"start_time": "StartTime", "end_time": "EndTime"}


def group(autoscaling: Any, name: str) -> dict[str, Any] | None:
    """The group as AWS describes it; None when it is gone, or being deleted (its status says so)."""
    found = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return None if not found or found[0].get("Status") else found[0]


def scheduled(autoscaling: Any, name: str, action_name: str) -> State | None:
    """`{"scheduled": None}`, or what the scheduled action sets and when; None when the group is gone.

    AWS shows the next run of a recurring action as its start: left out, as it moves on by itself.
    """
    if group(autoscaling, name) is None:
        return None
    which = {"AutoScalingGroupName": name, "ScheduledActionNames": [action_name]}
    found = autoscaling.describe_scheduled_actions(**which)["ScheduledUpdateGroupActions"]
    return {"scheduled": _scheduled(found[0]) if found else None}


def _scheduled(raw: dict[str, Any]) -> State:
    recurring = bool(raw.get("Recurrence"))
    return {
        **{ours: raw.get(theirs) for ours, theirs in SIZES.items()},
        **{ours: raw.get(theirs) or None for ours, theirs in TEXTS.items()},
        "start_time": None if recurring else moment(raw.get("StartTime")),
        "end_time": moment(raw.get("EndTime")),
    }


def moment(at: Any) -> str | None:
    """A time, or its text, as ISO 8601 in UTC; without a zone it is UTC, as AWS takes it."""
    if at is None:
        return None
    found = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
