"""Add a rule that aborts incomplete multipart uploads; every other rule stays as it is.

Params: `abort_multipart_days`. Parts already uploaded are lost with the upload, which could not be completed
for that long; objects are untouched.
"""

from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act.s3 import _lifecycle
from include.core.changes import Effort, Risk, State, Step

SERVICE = "s3"
READ_PERMISSIONS = ("s3:GetLifecycleConfiguration",)
PERMISSIONS = ("s3:PutLifecycleConfiguration",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

RULE_ID = "watchkeeper-abort-multipart"

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """All rules as canonical JSON; None when the bucket is gone."""
    return _lifecycle.read(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The rules there were, and ours."""
    others = [rule for rule in _lifecycle.rules_of(before) if rule.get("ID") != RULE_ID]
    ours = {
        "ID": RULE_ID,
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": params["abort_multipart_days"]},
        **_whole_bucket(others),
    }
    return {**before, "rules": _lifecycle.as_text([*others, ours])}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Write all rules, if they are still those of `before`. The token is not needed."""
    _lifecycle.write(client, resource_id, before=before, want=after(before, params) or {})
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The rules as they were."""
    return Step(action="s3.restore_lifecycle", resource_id=resource_id, params={"rules": before["rules"]})


def _whole_bucket(others: list[dict[str, Any]]) -> dict[str, Any]:
    """S3 refuses rules of its first version (`Prefix`) beside those of its second (`Filter`)."""
    return {"Prefix": ""} if any("Prefix" in rule for rule in others) else {"Filter": {"Prefix": ""}}
