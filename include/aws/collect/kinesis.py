"""Kinesis data streams, described one by one: the list does not tell their shards."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import items
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import Tags, common, utc
from include.aws.collect._tagging import TAGGING, tags_of
from include.aws.errors import code

PAGE = {"PageSize": 1000}


@collector(
    "kinesis_streams",
    client="kinesis",
    also=TAGGING,
    permissions=("kinesis:ListStreams", "kinesis:DescribeStreamSummary", "tag:GetResources"),
)
def kinesis_streams(
    kinesis: Any, ids: Sequence[str] | None = None, *, tagging: Any | None = None
) -> Iterator[Row]:
    """Every Kinesis data stream in the client's region."""
    names = ids if ids is not None else _names(kinesis)
    tags = tags_of(tagging if names else None, "kinesis")
    for name in names:
        try:
            stream = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        except ClientError as error:
            if code(error) != "ResourceNotFoundException":
                raise
            continue  # deleted since it was listed
        yield _row(kinesis, stream, tags(stream.get("StreamARN")))


def _names(kinesis: Any) -> list[str]:
    return [str(name) for name in items(kinesis, "list_streams", "StreamNames", PaginationConfig=PAGE)]


def _row(kinesis: Any, stream: dict[str, Any], tags: Tags | None) -> Row:
    name = stream["StreamName"]
    return common(kinesis, name, tags, name=name, arn=stream.get("StreamARN")) | {
        "state": stream.get("StreamStatus"),
        "mode": stream.get("StreamModeDetails", {}).get("StreamMode"),
        "open_shards": stream.get("OpenShardCount"),
        "retention_hours": stream.get("RetentionPeriodHours"),
        "created_at": utc(stream.get("StreamCreationTimestamp")),
    }
