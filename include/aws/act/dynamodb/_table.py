"""How a table and its global secondary indexes are read, and updated as a whole."""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.aws.act._waiting import STATE, until_read
from include.core.changes import State
from include.core.errors import ActionRefused

ON_DEMAND = "PAY_PER_REQUEST"
NO_CAPACITY: State = {"read_capacity": None, "write_capacity": None}


def table(dynamodb: Any, name: str) -> State | None:
    """State (of the table and all its indexes), billing mode and capacities (null: on demand); None: gone."""
    try:
        described = dynamodb.describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return None
        raise
    if described["TableStatus"] == "DELETING":
        return None
    indexes = described.get("GlobalSecondaryIndexes", ())
    states = {described["TableStatus"], *(index["IndexStatus"] for index in indexes)}
    mode = described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    return {
        "state": "ACTIVE" if states == {"ACTIVE"} else "UPDATING",
        "billing_mode": mode,
        **_capacity(mode, described),
        "indexes": {index["IndexName"]: _capacity(mode, index) for index in indexes},
    }


def check_active(before: State) -> None:
    """ActionRefused while the table or an index is changing."""
    if before["state"] != "ACTIVE":
        raise ActionRefused("the table or one of its indexes is changing; expected ACTIVE. Try when it is.")


def under_way(live: State, before: State, wanted: State) -> bool:
    """Our update is: the table shows what it was, or already what of it is `wanted`."""
    settled = {**live, "state": before["state"]}
    return live.get("state") == "UPDATING" and settled in (before, {**before, **wanted})


def update(dynamodb: Any, name: str, before: State, want: State, request: dict[str, Any]) -> None:
    """Update unless done or under way, then wait for the table and every index."""
    look = partial(table, dynamodb, name)
    live = look()
    if live == before and live != want:
        dynamodb.update_table(TableName=name, **request)
    until_read(look, want, what=f"table {name} and its indexes", pace=STATE)


def names(state: State) -> Any:
    """The indexes, each with its capacities."""
    return state.get("indexes") or {}


def units(capacity: State) -> dict[str, Any]:
    """Capacity units as the API takes them."""
    return {
        "ReadCapacityUnits": capacity["read_capacity"],
        "WriteCapacityUnits": capacity["write_capacity"],
    }


def _capacity(mode: str, described: dict[str, Any]) -> State:
    if mode == ON_DEMAND:
        return NO_CAPACITY
    found = described["ProvisionedThroughput"]
    return {"read_capacity": found["ReadCapacityUnits"], "write_capacity": found["WriteCapacityUnits"]}
