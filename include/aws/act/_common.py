"""What several actions share: the token's tag, tags as plain JSON, the usual answers of simple actions."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from include.core.changes import State

EXECUTION_TAG = "watchkeeper:token"
"""On all that an action creates; its value is the change's execution id, by which a second call finds it."""

NOT_OURS = ("aws:", "watchkeeper:")
"""Tag keys left out of before-images: AWS lets nobody set the first, and the second are Watchkeeper's own."""


def served_by(service: str) -> Callable[[State], str]:
    """An action's `service`, for those that talk to one API whatever their params."""
    return lambda params: service


def never(live: State, before: State, params: State) -> bool:
    """An action's `halfway`, for those whose one call takes the resource from before to after."""
    return False


def error_code(error: ClientError) -> str:
    """The AWS error code, such as `InvalidVolume.NotFound`."""
    return error.response["Error"]["Code"]


def user_tags(tags: Iterable[Mapping[str, str]] | None) -> dict[str, Any]:
    """AWS's `[{"Key": ..., "Value": ...}]` as `{key: value}`, without those of NOT_OURS."""
    return {tag["Key"]: tag["Value"] for tag in tags or () if not tag["Key"].startswith(NOT_OURS)}


def aws_tags(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    """`{key: value}` as AWS takes it."""
    return [{"Key": key, "Value": str(value)} for key, value in sorted(tags.items())]
