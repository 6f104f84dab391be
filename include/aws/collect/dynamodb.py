"""DynamoDB tables, described one by one: no call describes several."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import items
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import Tags, common, utc
from include.aws.collect._tagging import TAGGING, tags_of
from include.aws.errors import code


@collector(
    "dynamodb_tables",
    client="dynamodb",
    also=TAGGING,
    permissions=("dynamodb:ListTables", "dynamodb:DescribeTable", "tag:GetResources"),
)
def dynamodb_tables(
    dynamodb: Any, ids: Sequence[str] | None = None, *, tagging: Any | None = None
) -> Iterator[Row]:
    """Every DynamoDB table in the client's region."""
    names = ids if ids is not None else _names(dynamodb)
    tags = tags_of(tagging, "dynamodb") if names else tags_of(None, "dynamodb")
    for name in names:
        try:
            table = dynamodb.describe_table(TableName=name)["Table"]
        except ClientError as error:
            if code(error) != "ResourceNotFoundException":
                raise
            continue  # deleted since it was listed
        yield _row(dynamodb, table, tags(table.get("TableArn")))


def _names(dynamodb: Any) -> list[str]:
    return [str(name) for name in items(dynamodb, "list_tables", "TableNames")]


def _row(dynamodb: Any, table: dict[str, Any], tags: Tags | None) -> Row:
    indexes = table.get("GlobalSecondaryIndexes") or []
    own = table.get("ProvisionedThroughput") or {}
    parts = [own, *(index.get("ProvisionedThroughput") or {} for index in indexes)]
    name = table["TableName"]
    return common(dynamodb, name, tags, name=name, arn=table.get("TableArn")) | {
        "state": table.get("TableStatus"),
        "billing_mode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "read_capacity": sum(part.get("ReadCapacityUnits", 0) for part in parts),
        "write_capacity": sum(part.get("WriteCapacityUnits", 0) for part in parts),
        "table_read_capacity": own.get("ReadCapacityUnits", 0),
        "table_write_capacity": own.get("WriteCapacityUnits", 0),
        "index_names": [index["IndexName"] for index in indexes],
        "size_bytes": table.get("TableSizeBytes"),
        "item_count": table.get("ItemCount"),
        "created_at": utc(table.get("CreationDateTime")),
        "replica_count": len(table.get("Replicas") or []),
        "table_class": table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
    }
