"""DynamoDB tables, provisioned or on demand, with their global secondary indexes."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

NAMESPACE = "AWS/DynamoDB"
DIMENSION = "TableName"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: rcu and wcu (absent: on demand); index (a global secondary index of the same capacity)."""
    spec = resource.spec
    throughput = (
        {"ReadCapacityUnits": spec["rcu"], "WriteCapacityUnits": spec["wcu"]} if "rcu" in spec else None
    )
    attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
    asked: dict[str, Any] = {
        "TableName": resource.name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PROVISIONED" if throughput else "PAY_PER_REQUEST",
        "Tags": aws_tags(resource.tags),
    }
    if throughput:
        asked["ProvisionedThroughput"] = throughput
    if "index" in spec:
        attributes.append({"AttributeName": "gsi", "AttributeType": "S"})
        index: dict[str, Any] = {
            "IndexName": spec["index"],
            "KeySchema": [{"AttributeName": "gsi", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        asked["GlobalSecondaryIndexes"] = [
            index | ({"ProvisionedThroughput": throughput} if throughput else {})
        ]
    stage.client("dynamodb").create_table(**asked, AttributeDefinitions=attributes)
    stage.backend("dynamodb").tables[resource.name].created_at = stage.ago_naive(resource.age_days)
    return resource.name
