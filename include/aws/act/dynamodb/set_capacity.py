"""Provision a table, and its global secondary indexes, with more or fewer capacity units.

Params: `read_capacity`, `write_capacity` (units) and `indexes` ({name: {read_capacity, write_capacity}}),
each optional: what is not named stays. AWS allows any number of increases and four decreases a day, and then
one an hour. Where Application Auto Scaling scales the table, set its target instead: it would undo this.
"""

from typing import Any

from include.aws.act._common import served_by
from include.aws.act.dynamodb._table import (
    ON_DEMAND,
    check_active,
    names,
    table,
    under_way,
    units,
    update,
)
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "dynamodb"
READ_PERMISSIONS = ("dynamodb:DescribeTable",)
PERMISSIONS = ("dynamodb:UpdateTable",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

UNITS = ("read_capacity", "write_capacity")

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State (of the table and all its indexes), billing mode and capacities; None when gone."""
    return table(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The new capacities. ActionRefused: it is changing, on demand, or has no such index."""
    check_active(before)
    if before["billing_mode"] == ON_DEMAND:
        raise ActionRefused("the table is on demand and has no capacity to set; expected PROVISIONED.")
    if unknown := sorted(set(names(params)) - set(names(before))):
        raise ActionRefused(f"the table has no index {unknown}; it has {sorted(names(before))}. Plan anew.")
    return {**before, **_wanted(before, params)}


def halfway(live: State, before: State, params: State) -> bool:
    """Our update is under way; the table shows the old or already the new capacities."""
    return under_way(live, before, _wanted(before, params))


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Update unless done or under way, then wait for the table and every index. The token is not needed."""
    want = after(before, params) or {}
    update(client, resource_id, before, want, _request(before, want))
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """The capacities it had, of what was named."""
    old = {key: before[key] for key in UNITS if params.get(key) is not None}
    indexes = {name: names(before)[name] for name in names(params) if name in names(before)}
    given = {**old, **({"indexes": indexes} if indexes else {})}
    return Step(action="dynamodb.set_capacity", resource_id=resource_id, params=given)


def _wanted(before: State, params: State) -> State:
    return {**_units(before, params), "indexes": _indexes(before, params)}


def _indexes(before: State, params: State) -> State:
    return {name: _units(old, names(params).get(name, {})) for name, old in names(before).items()}


def _units(before: State, params: State) -> State:
    return {key: params[key] if params.get(key) is not None else before[key] for key in UNITS}


def _request(before: State, want: State) -> dict[str, Any]:
    """Only what differs: AWS refuses to set what is set already."""
    changed = {name: new for name, new in sorted(names(want).items()) if new != names(before)[name]}
    request: dict[str, Any] = {}
    if any(want[key] != before[key] for key in UNITS):
        request["ProvisionedThroughput"] = units(want)
    if changed:
        request["GlobalSecondaryIndexUpdates"] = [
            {"Update": {"IndexName": name, "ProvisionedThroughput": units(new)}}
            for name, new in changed.items()
        ]
    return request
