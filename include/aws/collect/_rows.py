"""The columns every dataset shares, and AWS's spellings of time and tags."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Tags = Sequence[Mapping[str, str]]
"""As AWS sends them: `[{"Key": ..., "Value": ...}]`."""

ENVIRONMENT_KEYS = ("environment", "env", "stage")
"""Tag keys, whatever their case, first that is there."""

OWNERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "eks",
        (
            "aws:eks:",
            "eks:",
            "kubernetes.io/",
            "k8s.io/",
            "karpenter.sh/",
            "ebs.csi.aws.com/",
            "elbv2.k8s.aws/",
        ),
    ),
    ("ecs", ("aws:ecs:", "AmazonECSManaged", "AmazonECSCreated")),
    ("autoscaling", ("aws:autoscaling:groupName",)),
    ("aws_backup", ("aws:backup:",)),
    ("dlm", ("aws:dlm:", "dlm:managed")),
    ("cloudformation", ("aws:cloudformation:",)),
)
"""Tag keys (or their beginnings) by which services mark what is theirs, most specific owner first."""


def common(
    client: Any,
    resource_id: str,
    tags: Tags | None,
    *,
    name: str | None = None,
    arn: str | None = None,
    managed_by: str | None = None,
) -> dict[str, Any]:
    """The COMMON columns. `name` and `managed_by` are what AWS says itself: a Name tag outranks the one, and
    the other outranks tags. `tags` None: not read, so the environment is unknown too."""
    by_key = {tag["Key"]: tag.get("Value", "") for tag in tags or []}
    return {
        "region": client.meta.region_name,
        "resource_id": resource_id,
        "arn": arn,
        "name": by_key.get("Name") or name,
        "environment": environment(by_key),
        "managed_by": managed_by or owner(by_key),
        "tags": None if tags is None else [{"key": key, "value": by_key[key]} for key in sorted(by_key)],
    }


def environment(tags: Mapping[str, str]) -> str | None:
    """`production` from a tag such as `Env: Production`; None when no usual key is there."""
    lower = {key.lower(): value.strip().lower() for key, value in tags.items()}
    return next((lower[key] for key in ENVIRONMENT_KEYS if lower.get(key)), None)


def owner(tags: Mapping[str, str]) -> str | None:
    """Which service manages the resource, by its tags; None: nobody."""
    for name, beginnings in OWNERS:
        if any(key.startswith(beginnings) for key in tags):
            return name
    return None


def utc(value: datetime | str | int | None) -> datetime | None:
    """A moment in UTC, from a datetime, ISO 8601 text, or milliseconds since 1970 (CloudWatch Logs)."""
    if value is None:
        return None
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC)
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
