"""How a table and its global secondary indexes are read, and capacity is written."""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.core.changes import State

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
