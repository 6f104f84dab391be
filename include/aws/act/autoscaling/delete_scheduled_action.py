"""Take a scheduled action from an Auto Scaling group; the group keeps the size it has.

Params: `name`.
"""

from functools import partial
from typing import Any

from include.aws.act._common import never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.aws.act.autoscaling import put_scheduled_action
from include.aws.act.autoscaling._group import READS_SCHEDULE, scheduled
from include.core.changes import Effort, Risk, State, Step

SERVICE = "autoscaling"
READ_PERMISSIONS = READS_SCHEDULE
PERMISSIONS = ("autoscaling:DeleteScheduledAction",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """The group's scheduled action of that name, if it has one; None when the group is gone."""
    return scheduled(client, resource_id, str(params.get("name")))


def after(before: State, params: State) -> State | None:
    """None of that name."""
    return {"scheduled": None}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Delete unless done. The token is not needed."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        client.delete_scheduled_action(AutoScalingGroupName=resource_id, ScheduledActionName=params["name"])
    until_read(look, want, what=f"scheduled action {params['name']} of {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The action as it was. One of a single time that has passed by then is refused by AWS."""
    return put_scheduled_action.inverse(resource_id, before, params, result)
