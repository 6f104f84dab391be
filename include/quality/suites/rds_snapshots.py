"""RDS instance snapshots."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("rds_snapshots"),
        one_of("snapshot_type", "manual", "automated", "awsbackup", "shared", "public"),
        between("allocated_gib", 0),
        past("created_at", as_of),
    ]
