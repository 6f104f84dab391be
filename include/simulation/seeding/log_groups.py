"""CloudWatch log groups, with what they say they store."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: gib (stored), retention_days (absent: for ever). `resource_id` is the group's name."""
    logs, spec = stage.client("logs"), resource.spec
    asked: dict[str, Any] = {"logGroupName": resource.name}
    if resource.tags:
        asked["tags"] = dict(resource.tags)
    logs.create_log_group(**asked)
    if "retention_days" in spec:
        logs.put_retention_policy(logGroupName=resource.name, retentionInDays=spec["retention_days"])
    logs.create_log_stream(logGroupName=resource.name, logStreamName="main")
    group = stage.backend("logs").groups[resource.name]
    group.creation_time = stage.ago_naive(resource.age_days)
    group.streams["main"].stored_bytes = int(spec.get("gib", 0) * 2**30)
    return resource.name
