import pytest
from botocore.exceptions import ClientError

from include.aws.collect.dynamodb import dynamodb_tables
from tests.aws.collect.estate import databases


def create(dynamodb, read, write, index=None):
    def throughput(reads, writes):
        return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}

    by_id = {
        "IndexName": "by-id",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    indexes = (
        {"GlobalSecondaryIndexes": [by_id | {"ProvisionedThroughput": throughput(*index)}]} if index else {}
    )
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput=throughput(read, write),
        **indexes,
    )


def test_capacity_is_the_table_and_its_indexes(aws):
    create(aws("dynamodb"), 10, 5, index=(3, 2))
    row = dynamodb_tables(aws("dynamodb")).row(0, named=True)
    assert (row["read_capacity"], row["write_capacity"]) == (13, 7)
    assert (row["table_read_capacity"], row["table_write_capacity"]) == (10, 5)
    assert row["index_names"] == ["by-id"]


def test_a_table_that_never_was_on_demand_is_provisioned(aws):
    """AWS leaves BillingModeSummary out for such a table; moto does not."""
    dynamodb = aws("dynamodb")
    create(dynamodb, 1, 1)
    dynamodb.meta.events.register(
        "after-call.dynamodb.DescribeTable",
        lambda parsed, **_: parsed["Table"].pop("BillingModeSummary", None),
    )
    assert dynamodb_tables(dynamodb)["billing_mode"].to_list() == ["PROVISIONED"]


def test_on_demand_says_so(aws):
    databases(aws, 1)
    row = dynamodb_tables(aws("dynamodb")).row(0, named=True)
    assert (row["billing_mode"], row["read_capacity"]) == ("PAY_PER_REQUEST", 0)


def test_a_table_deleted_since_it_was_listed_gives_no_row(aws, answers):
    databases(aws, 2)
    dynamodb = aws("dynamodb")
    answers(dynamodb, "dynamodb.DescribeTable", "ResourceNotFoundException", only_for="table-0")
    assert dynamodb_tables(dynamodb)["resource_id"].to_list() == ["table-1"]


def test_a_refused_table_is_an_error_not_a_missing_row(aws, answers):
    databases(aws, 2)
    dynamodb = aws("dynamodb")
    answers(dynamodb, "dynamodb.DescribeTable", "AccessDeniedException", only_for="table-0")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        dynamodb_tables(dynamodb)


def test_without_the_tagging_client_tags_are_not_read(aws):
    databases(aws, 1)
    row = dynamodb_tables(aws("dynamodb")).row(0, named=True)
    assert (row["tags"], row["environment"]) == (None, None)
