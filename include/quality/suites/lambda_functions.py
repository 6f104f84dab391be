"""Lambda functions. Limits: AWS Lambda quotas (128 MB to 10,240 MB, up to 900 s)."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("lambda_functions"),
        one_of("architecture", "x86_64", "arm64"),
        between("memory_mib", 1, 10_240),
        between("timeout_seconds", 1, 900),
        between("code_bytes", 0),
        past("modified_at", as_of),
    ]
