"""Kinesis data streams. Retention: 24 to 8,760 hours (Kinesis API, IncreaseStreamRetentionPeriod)."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("kinesis_streams"),
        one_of("state", "CREATING", "DELETING", "ACTIVE", "UPDATING"),
        present("mode"),
        one_of("mode", "PROVISIONED", "ON_DEMAND"),
        between("open_shards", 0),
        between("retention_hours", 24, 8_760),
        past("created_at", as_of),
    ]
