"""An error AWS answered with, as the reason why something is unknown."""

from collections.abc import Sequence
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from include.aws.errors import DENIED, THROTTLED, UNAVAILABLE, code, message

Gap = dict[str, str]
"""One row of GAPS."""


class Place(NamedTuple):
    """What could not be read."""

    account_id: str
    region: str
    dataset: str


def gap(place: Place, api: str, code: str, reason: str) -> Gap:
    """One row of GAPS."""
    return place._asdict() | {"api": api, "code": code, "reason": reason}


def refused(error: ClientError, place: Place, permissions: Sequence[str]) -> Gap:
    """The gap behind a refused, throttled or failed call; any other error is raised again."""
    api = _api(error.operation_name, permissions)
    if code(error) in DENIED:
        reason = f"{api} was refused: allow {', '.join(permissions)} to the read role"
    elif code(error) in THROTTLED:
        reason = f"{api} was throttled, retries included: run again, or collect less at once"
    elif code(error) in UNAVAILABLE:
        reason = f"{api} failed on AWS's side, retries included: run again later"
    else:
        raise error
    said = message(error)
    return gap(place, api, code(error), f"{reason} (AWS: {said})" if said else reason)


def unanswered(error: BotoCoreError, place: Place, permissions: Sequence[str]) -> Gap:
    """The gap behind a call that nobody answered."""
    reason = f"{error} Is the service offered in {place.region}, and the network up?"
    return gap(place, permissions[0], type(error).__name__, reason)


def _api(operation: str, permissions: Sequence[str]) -> str:
    """The permission named like the operation; S3 names some differently."""
    named = [permission for permission in permissions if permission.endswith(f":{operation}")]
    return named[0] if named else f"{permissions[0].split(':')[0]}:{operation}"
