"""CloudWatch alarms, by name: what state they are in."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from include.aws.collect._calls import batches

PERMISSIONS = ("cloudwatch:DescribeAlarms",)
NAMES = 100
"""Most names in one call (CloudWatch API reference, DescribeAlarms)."""


class AlarmState(NamedTuple):
    """`reason`: CloudWatch's own sentence."""

    value: Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
    reason: str


def alarm_states(cloudwatch: Any, names: Sequence[str]) -> dict[str, AlarmState]:
    """{name: state} of the metric and composite alarms there are; one that does not exist is not in it.

    ClientError: denied, throttled out, or AWS's own trouble.
    """
    found: dict[str, AlarmState] = {}
    for batch in batches(sorted(set(names)), NAMES):
        pages = cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmNames=batch, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        for page in pages:
            for one in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())):
                found[one["AlarmName"]] = AlarmState(one["StateValue"], one.get("StateReason", ""))
    return found
