"""What the lifecycle actions share: S3 sets all rules of a bucket at once, so none may be lost on the way."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.aws.act._waiting import SETTING, until_read
from include.core.canonical import canonical_json
from include.core.changes import State
from include.core.errors import ActionRefused

MINIMUM_SIZE = "TransitionDefaultMinimumObjectSize"
AWS_DEFAULT = "all_storage_classes_128K"


def read(s3: Any, bucket: str) -> State | None:
    """The rules as a JSON array (sorted; dates in ISO 8601), and the bucket's minimum size for transitions
    (null: the default of AWS).

    No rules: `[]`. None when the bucket is gone.
    """
    try:
        found = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError as error:
        if error_code(error) == "NoSuchLifecycleConfiguration":
            return {"rules": "[]", "transition_minimum_size": None}
        if error_code(error) == "NoSuchBucket":
            return None
        raise
    size = found.get(MINIMUM_SIZE)
    return {
        "rules": as_text(found["Rules"]),
        "transition_minimum_size": None if size == AWS_DEFAULT else size,
    }


def as_text(rules: list[dict[str, Any]]) -> str:
    """One text for one set of rules, in whatever order AWS returns them."""
    plain = json.loads(json.dumps(rules, default=_iso))
    return canonical_json(sorted(plain, key=canonical_json))


def rules_of(state: State) -> list[dict[str, Any]]:
    """The rules behind the text."""
    rules: list[dict[str, Any]] = json.loads(str(state["rules"]))
    return rules


def write(s3: Any, bucket: str, *, before: State, want: State) -> None:
    """Set the rules, unless they are set; read once more right before, and until they can be read after.

    ActionRefused when somebody changed the rules meanwhile: writing would undo their work.
    """
    live = read(s3, bucket)
    if live == want:
        return
    if live != before:
        raise ActionRefused(
            f"the lifecycle rules of bucket {bucket} changed meanwhile; expected {before['rules']}, found "
            f"{live and live['rules']}. Nothing was written. Plan anew."
        )
    if want["rules"] == "[]":
        s3.delete_bucket_lifecycle(Bucket=bucket)
    else:
        size = want["transition_minimum_size"]
        keep = {} if size is None else {MINIMUM_SIZE: size}
        rules = {"Rules": rules_of(want)}
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules, **keep)
    look = partial(read, s3, bucket)
    until_read(look, want, what=f"the lifecycle of bucket {bucket}", pace=SETTING)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"a lifecycle rule holds {value!r}; expected text, numbers or dates")
