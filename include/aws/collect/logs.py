"""CloudWatch log groups."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc
from include.aws.collect._tagging import TAGGING, tags_of


@collector(
    "log_groups",
    client="logs",
    also=TAGGING,
    permissions=("logs:DescribeLogGroups", "tag:GetResources"),
)
def log_groups(logs: Any, ids: Sequence[str] | None = None, *, tagging: Any | None = None) -> Iterator[Row]:
    """Every log group in the client's region."""
    groups = list(_all(logs) if ids is None else _some(logs, ids))
    tags = tags_of(tagging if groups else None, "logs")
    for group in groups:
        name = group["logGroupName"]
        arn = group.get("logGroupArn") or group.get("arn", "").removesuffix(":*") or None
        yield common(logs, name, tags(arn), name=name, arn=arn) | {
            "retention_days": group.get("retentionInDays"),
            "stored_bytes": group.get("storedBytes"),
            "log_group_class": group.get("logGroupClass"),
            "created_at": utc(group.get("creationTime")),
        }


def _all(logs: Any) -> Iterator[dict[str, Any]]:
    return items(logs, "describe_log_groups", "logGroups", PaginationConfig={"PageSize": 50})


def _some(logs: Any, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A name sorts before all longer ones that begin with it: the first answer is the group, or none is."""
    for name in names:
        first = logs.describe_log_groups(logGroupNamePrefix=name, limit=1)["logGroups"]
        yield from (group for group in first if group["logGroupName"] == name)
