"""Lambda's limits: what is left unreserved is part of the whole."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, no_more_than, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("lambda_limits"),
        present("concurrent_executions"),
        between("concurrent_executions", 1),
        between("unreserved_executions", 0),
        no_more_than("unreserved_executions", "concurrent_executions"),
        between("code_bytes", 0),
        between("function_count", 0),
    ]
