"""Keep a log group's events for so many days, or for ever again.

Params: `retention_days` (one of the values CloudWatch Logs takes; null: for ever). The setting can be taken
back; events older than it are lost.
"""

from functools import partial
from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step

SERVICE = "logs"
READ_PERMISSIONS = ("logs:DescribeLogGroups",)
PERMISSIONS = ("logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy")
RISK: Risk = "medium"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = True
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """The retention in days, null for ever; None when the group is gone."""
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=resource_id)
    found = [group for page in pages for group in page["logGroups"] if group["logGroupName"] == resource_id]
    return {"retention_days": found[0].get("retentionInDays")} if found else None


def after(before: State, params: State) -> State | None:
    """The retention of the params."""
    return {"retention_days": params["retention_days"]}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Set or remove the policy; doing so twice is no change at AWS. The token is not needed."""
    days = params["retention_days"]
    if days is None:
        client.delete_retention_policy(logGroupName=resource_id)
    else:
        client.put_retention_policy(logGroupName=resource_id, retentionInDays=days)
    look = partial(read, client, resource_id, params)
    until_read(look, after(before, params), what=f"log group {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The retention it had. Events lost meanwhile do not come back."""
    old = {"retention_days": before["retention_days"]}
    return Step(action="logs.put_retention", resource_id=resource_id, params=old)
