"""Set a bucket's lifecycle rules as a whole: the way back from `s3.put_lifecycle`.

Params: `rules`, a JSON array as `put_lifecycle` read it; `[]` removes the configuration.
"""

import json
from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act.s3 import _lifecycle
from include.core.changes import Effort, Risk, State, Step

SERVICE = "s3"
READ_PERMISSIONS = ("s3:GetLifecycleConfiguration",)
PERMISSIONS = ("s3:PutLifecycleConfiguration",)
RISK: Risk = "medium"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """All rules as canonical JSON; None when the bucket is gone."""
    return _lifecycle.read(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The rules of the params, and no others."""
    rules = _lifecycle.as_text(json.loads(str(params["rules"])))
    return {**before, "rules": rules} if rules != "[]" else {"rules": rules, "transition_minimum_size": None}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Write all rules, if they are still those of `before`. The token is not needed."""
    _lifecycle.write(client, resource_id, before=before, want=after(before, params) or {})
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The rules as they were."""
    return Step(action="s3.restore_lifecycle", resource_id=resource_id, params={"rules": before["rules"]})
