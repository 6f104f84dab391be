"""EBS snapshots."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, between, entity, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("ebs_snapshots"),
        one_of("state", "pending", "completed", "error", "recoverable", "recovering"),
        one_of("storage_tier", "standard", "archive"),
        present("size_gib", severity=WARNING),
        between("size_gib", 1, 65_536),
        past("started_at", as_of),
    ]
