"""What the executor is given from outside: clients, actions, and the AWS errors it knows."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from include.core.actions import Action

ClientFor = Callable[[str, str, str], Any]
"""(account_id, region, service) -> boto3 client, in the role the caller is entitled to."""

ActionFor = Callable[[str], Action]
"""Action id -> action; WatchkeeperError when there is none such."""

AWS_ERRORS = (ClientError, BotoCoreError)
"""An answer from AWS, or none: time-outs, refused connections, waiters that gave up."""


def known_action(action_id: str) -> Action:
    """The action of this id under `include/aws/act`; WatchkeeperError when there is none such."""
    from include.aws.act import action  # finds every action module by path: only when one is asked for

    return action(action_id)


def no_answer(error: Exception) -> bool:
    """Whether the call may have taken effect although it failed: no answer, or a server's error (5xx).

    A waiter that gave up is no such case: everything before it was answered.
    """
    if isinstance(error, ClientError):
        return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
    return isinstance(error, BotoCoreError) and not isinstance(error, WaiterError)


def error_code(error: Exception) -> str:
    """AWS's own error code, else the name of what botocore raised."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__
