"""DynamoDB tables."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import CRITICAL, between, entity, no_more_than, one_of, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("dynamodb_tables"),
        one_of(
            "state",
            "CREATING",
            "UPDATING",
            "DELETING",
            "ACTIVE",
            "ARCHIVING",
            "ARCHIVED",
            "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
            "REPLICATION_NOT_AUTHORIZED",
        ),
        one_of("billing_mode", "PROVISIONED", "PAY_PER_REQUEST", severity=CRITICAL),
        one_of("table_class", "STANDARD", "STANDARD_INFREQUENT_ACCESS"),
        between("table_read_capacity", 0),
        between("table_write_capacity", 0),
        no_more_than("table_read_capacity", "read_capacity"),
        no_more_than("table_write_capacity", "write_capacity"),
        between("size_bytes", 0),
        between("item_count", 0),
        between("replica_count", 0),
        past("created_at", as_of),
    ]
