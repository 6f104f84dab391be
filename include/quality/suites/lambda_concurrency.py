"""What Lambda functions reserve."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("lambda_concurrency"),
        between("reserved", 0),
    ]
