"""Let an Auto Scaling group change its size at a time of its own: before a daily peak, say.

Params: `name`; `recurrence` (cron, five fields) or `start_time` (ISO 8601, once); optional `end_time`;
`time_zone` (of the recurrence: `Europe/Berlin`); and `min_size`, `max_size`, `desired_capacity` in instances,
at least one. An action of that name is replaced.
"""

from functools import partial
from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.aws.act.autoscaling._group import READS_SCHEDULE, SIZES, TEXTS, TIMES, moment, scheduled
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "autoscaling"
READ_PERMISSIONS = READS_SCHEDULE
PERMISSIONS = ("autoscaling:PutScheduledUpdateGroupAction",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

FIELDS = {**SIZES, **TEXTS, **TIMES}

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """The group's scheduled action of that name, if it has one; None when the group is gone."""
    return scheduled(client, resource_id, str(params.get("name")))


def after(before: State, params: State) -> State | None:
    """The action as asked for. ActionRefused: no time, two, or no size."""
    if (params.get("recurrence") is None) == (params.get("start_time") is None):
        raise ActionRefused("expected either recurrence or start_time. Plan anew.")
    if all(params.get(size) is None for size in SIZES):
        raise ActionRefused(f"expected at least one of {', '.join(SIZES)}. Plan anew.")
    wanted = {field: params.get(field) for field in FIELDS}
    return {"scheduled": {**wanted, **{field: moment(params.get(field)) for field in TIMES}}}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Put it unless done. The token is not needed: the name tells one action from another."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        given = {theirs: params[ours] for ours, theirs in FIELDS.items() if params.get(ours) is not None}
        client.put_scheduled_update_group_action(
            AutoScalingGroupName=resource_id, ScheduledActionName=params["name"], **given
        )
    until_read(look, want, what=f"scheduled action {params['name']} of {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The action as it was, or none where there was none."""
    old: Any = before["scheduled"]
    if old is None:
        params = {"name": params["name"]}
        return Step(action="autoscaling.delete_scheduled_action", resource_id=resource_id, params=params)
    given = {"name": params["name"], **{key: value for key, value in old.items() if value is not None}}
    return Step(action="autoscaling.put_scheduled_action", resource_id=resource_id, params=given)
