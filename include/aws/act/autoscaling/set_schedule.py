"""Let an Auto Scaling group change its size at times of its own: up before a peak that recurs, down after it.

Params: `scheduled`, `{name: scheduled action}`. Null takes the action of that name away, another replaces it,
and those that are not named stay. An action has `recurrence` (cron, five fields) or `start_time` (ISO 8601,
once); optional `end_time` and `time_zone` (of the recurrence: `Europe/Berlin`); and at least one of
`min_size`, `max_size`, `desired_capacity`, in instances. The group keeps the size it has until then.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import served_by
from include.aws.act._waiting import SETTING, until_read
from include.aws.act.autoscaling._group import READS, SIZES, group
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "autoscaling"
READ_PERMISSIONS = (*READS, "autoscaling:DescribeScheduledActions")
PERMISSIONS = ("autoscaling:BatchDeleteScheduledAction", "autoscaling:BatchPutScheduledUpdateGroupAction")
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

MOST = 50
"""AWS takes, and describes, so many by name at once."""
TIMES = {"start_time": "StartTime", "end_time": "EndTime"}
FIELDS = {**SIZES, **TIMES, "recurrence": "Recurrence", "time_zone": "TimeZone"}
UTC_NAMES = {"UTC", "Etc/UTC"}

Scheduled = Mapping[str, Any]
"""Each name's action, or None."""

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """The scheduled actions named, each with what it sets and when, or null; None when the group is gone."""
    if group(client, resource_id) is None:
        return None
    names = sorted(_named(params))
    which = {"AutoScalingGroupName": resource_id, "ScheduledActionNames": names}
    pages = client.get_paginator("describe_scheduled_actions").paginate(**which)
    raw = {one["ScheduledActionName"]: one for page in pages for one in page["ScheduledUpdateGroupActions"]}
    return {"scheduled": {name: _shown(raw[name]) if name in raw else None for name in names}}


def after(before: State, params: State) -> State | None:
    """The actions as asked for. ActionRefused: none or too many are named, or one that AWS would not take."""
    named = _named(params)
    if not 1 <= len(named) <= MOST:
        raise ActionRefused(f"{len(named)} scheduled actions are named; expected 1 to {MOST}. Plan anew.")
    for name, one in named.items():
        if one is not None:
            _check(name, one)
    return {"scheduled": {name: None if one is None else _stated(one) for name, one in named.items()}}


def halfway(live: State, before: State, params: State) -> bool:
    """Some actions are as before, some as asked for, some taken away to be put anew."""
    have, old, new = (_named(state) for state in (live, before, after(before, params) or {}))
    whole = have.keys() == new.keys() and have not in (old, new)
    return whole and all(one in (None, old[name], new[name]) for name, one in have.items())


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Delete and put what differs. The token is not needed: names tell one action from another.

    AWS keeps what a put does not mention (API reference, PutScheduledUpdateGroupAction): an action that has
    more than it is to have is deleted first. ClientError also where AWS refuses only some of them.
    """
    want = after(before, params) or {}
    look = partial(read, client, resource_id, params)
    have = _named(look() or {})
    due = {name: one for name, one in _named(want).items() if one != have.get(name)}
    if gone := [name for name, one in due.items() if set(have.get(name) or ()) - set(one or ())]:
        answer = client.batch_delete_scheduled_action(
            AutoScalingGroupName=resource_id, ScheduledActionNames=gone
        )
        _all_done(answer, "FailedScheduledActions", "BatchDeleteScheduledAction")
    if put := [_request(name, one) for name, one in due.items() if one is not None]:
        answer = client.batch_put_scheduled_update_group_action(
            AutoScalingGroupName=resource_id, ScheduledUpdateGroupActions=put
        )
        _all_done(answer, "FailedScheduledUpdateGroupActions", "BatchPutScheduledUpdateGroupAction")
    until_read(look, want, what=f"scheduled actions of {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The actions as they were. One of a single time that has passed by then is refused by AWS."""
    old = {"scheduled": before["scheduled"]}
    return Step(action="autoscaling.set_schedule", resource_id=resource_id, params=old)


def _named(state: State) -> Scheduled:
    found: Any = state.get("scheduled") or {}
    return found  # type: ignore[no-any-return]


def _check(name: str, one: Scheduled) -> None:
    if unknown := sorted(set(one) - set(FIELDS)):
        raise ActionRefused(f"{name}: {', '.join(unknown)} is not known; expected {', '.join(FIELDS)}.")
    if (one.get("recurrence") is None) == (one.get("start_time") is None):
        raise ActionRefused(f"{name}: expected either recurrence or start_time. Plan anew.")
    sizes = [one[size] for size in ("min_size", "desired_capacity", "max_size") if one.get(size) is not None]
    if not sizes:
        raise ActionRefused(f"{name}: expected at least one of {', '.join(SIZES)}. Plan anew.")
    if sizes != sorted(sizes):
        raise ActionRefused(f"{name}: expected min_size <= desired_capacity <= max_size, got {sizes}.")


def _shown(raw: dict[str, Any]) -> State:
    """AWS shows the next run of a recurring action as its start: left out, as it moves on by itself."""
    found = {ours: raw.get(theirs) for ours, theirs in FIELDS.items()}
    return _stated(found | ({"start_time": None} if raw.get("Recurrence") else {}))


def _stated(one: Scheduled) -> State:
    """What is set: times in UTC, and the zone only where it is not UTC, which is what AWS takes for none."""
    said = {field: value for field, value in one.items() if value not in (None, "")}
    if said.get("time_zone") in UTC_NAMES:
        del said["time_zone"]
    return {field: _moment(value) if field in TIMES else value for field, value in said.items()}


def _moment(at: Any) -> str:
    """A time, or its text, as ISO 8601 in UTC; without a zone it is UTC, as AWS takes it."""
    found = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _request(name: str, one: Scheduled) -> dict[str, Any]:
    return {"ScheduledActionName": name, **{FIELDS[field]: value for field, value in one.items()}}


def _all_done(answer: dict[str, Any], failures: str, operation: str) -> None:
    """ClientError, with the first one's code, when AWS has refused some."""
    if failed := answer.get(failures):
        said = "; ".join(f"{one['ScheduledActionName']}: {one.get('ErrorMessage')}" for one in failed)
        code = failed[0].get("ErrorCode", "Unknown")
        raise ClientError({"Error": {"Code": code, "Message": said}}, operation)
