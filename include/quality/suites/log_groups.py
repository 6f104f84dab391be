"""CloudWatch log groups."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, past

RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""Amazon CloudWatch Logs API reference, PutRetentionPolicy."""


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("log_groups"),
        one_of("retention_days", *RETENTION_DAYS),
        between("retention_days", 1),
        between("stored_bytes", 0),
        past("created_at", as_of),
    ]
