"""How a data stream is read."""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code

READS = ("kinesis:DescribeStreamSummary",)


def stream(kinesis: Any, name: str) -> dict[str, Any] | None:
    """The stream as Kinesis sums it up; None when it is gone or being deleted."""
    try:
        found: dict[str, Any] = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return None
        raise
    return None if found["StreamStatus"] == "DELETING" else found


def mode(raw: dict[str, Any]) -> str:
    """PROVISIONED or ON_DEMAND."""
    found: str = raw.get("StreamModeDetails", {}).get("StreamMode", "PROVISIONED")
    return found
