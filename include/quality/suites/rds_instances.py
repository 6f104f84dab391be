"""RDS database instances."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, between, entity, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("rds_instances"),
        present("instance_class", severity=WARNING),
        present("engine", severity=WARNING),
        present("state", severity=WARNING),
        between("allocated_gib", 1),
        between("max_allocated_gib", 1),
        between("iops", 0),
        between("throughput_mibps", 0),
        past("created_at", as_of),
    ]
