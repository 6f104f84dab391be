"""Kinesis data streams with provisioned shards, or on demand."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage

NAMESPACE = "AWS/Kinesis"
DIMENSION = "StreamName"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: shards (absent: on demand). `resource_id` is the stream's name."""
    kinesis, spec = stage.client("kinesis"), resource.spec
    asked: dict[str, Any] = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    if "shards" in spec:
        asked = {"ShardCount": spec["shards"], "StreamModeDetails": {"StreamMode": "PROVISIONED"}}
    kinesis.create_stream(StreamName=resource.name, **asked)
    if resource.tags:
        kinesis.add_tags_to_stream(StreamName=resource.name, Tags=dict(resource.tags))
    stage.backend("kinesis").streams[resource.name].created_at = stage.ago_naive(resource.age_days)
    return resource.name
