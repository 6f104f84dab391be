"""Switch a table between provisioned capacity and on-demand, its global secondary indexes with it.

Params: `billing_mode` PAY_PER_REQUEST; or PROVISIONED with `read_capacity`, `write_capacity` (units) and
`indexes` ({name: {read_capacity, write_capacity}}). AWS allows four switches to on-demand in 24 hours.
"""

from typing import Any

from include.aws.act._common import served_by
from include.aws.act.dynamodb._table import (
    NO_CAPACITY,
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

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State (of the table and all its indexes), billing mode and capacities (null: on demand)."""
    return table(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The new mode and capacities. ActionRefused while the table is changing, or an index has none given."""
    check_active(before)
    return {**before, **_wanted(before, params)}


def halfway(live: State, before: State, params: State) -> bool:
    """Our update is under way; the table shows the old or already the new mode."""
    return under_way(live, before, _wanted(before, params))


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Update unless done or under way, then wait for the table and every index. The token is not needed."""
    want = after(before, params) or {}
    update(client, resource_id, before, want, _request(want))
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Back to the mode it had, with the capacities of the table and of each index."""
    keys = ["billing_mode"]
    if before["billing_mode"] != ON_DEMAND:
        keys += ["read_capacity", "write_capacity", "indexes"]
    old = {key: before[key] for key in keys}
    return Step(action="dynamodb.set_billing_mode", resource_id=resource_id, params=old)


def _wanted(before: State, params: State) -> State:
    if params["billing_mode"] == ON_DEMAND:
        none_each: State = dict.fromkeys(names(before), NO_CAPACITY)
        return {"billing_mode": ON_DEMAND, **NO_CAPACITY, "indexes": none_each}
    if set(names(before)) != set(names(params)):
        raise ActionRefused(
            f"the table's indexes are {sorted(names(before))}, the params give capacity to "
            f"{sorted(names(params))}; expected the same. Plan anew."
        )
    return {
        "billing_mode": "PROVISIONED",
        "read_capacity": params["read_capacity"],
        "write_capacity": params["write_capacity"],
        "indexes": names(params),
    }


def _request(want: State) -> dict[str, Any]:
    if want["billing_mode"] == ON_DEMAND:
        return {"BillingMode": ON_DEMAND}
    updates = [
        {"Update": {"IndexName": name, "ProvisionedThroughput": units(capacity)}}
        for name, capacity in sorted(names(want).items())
    ]
    request = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(want)}
    return {**request, "GlobalSecondaryIndexUpdates": updates} if updates else request
