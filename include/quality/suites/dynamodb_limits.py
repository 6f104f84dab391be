"""DynamoDB's limits: a table's never exceed the account's."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, no_more_than, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("dynamodb_limits"),
        present("account_read_capacity"),
        present("account_write_capacity"),
        between("table_read_capacity", 1),
        between("table_write_capacity", 1),
        no_more_than("table_read_capacity", "account_read_capacity"),
        no_more_than("table_write_capacity", "account_write_capacity"),
    ]
