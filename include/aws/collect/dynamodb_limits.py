"""What DynamoDB allows the account."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common

ACCOUNT = "dynamodb"


@collector(
    "dynamodb_limits",
    client="dynamodb",
    permissions=("dynamodb:DescribeLimits",),
    arn="arn:{partition}:dynamodb:{region}:{account_id}:account/{resource_id}",
)
def dynamodb_limits(dynamodb: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """The account's and a table's quotas in the client's region. The ARN is ours: AWS has none for it."""
    if not wanted(ACCOUNT, ids):
        return
    limits = dynamodb.describe_limits()
    yield common(dynamodb, ACCOUNT, None, name="DynamoDB in this account") | {
        "account_read_capacity": limits.get("AccountMaxReadCapacityUnits"),
        "account_write_capacity": limits.get("AccountMaxWriteCapacityUnits"),
        "table_read_capacity": limits.get("TableMaxReadCapacityUnits"),
        "table_write_capacity": limits.get("TableMaxWriteCapacityUnits"),
    }
