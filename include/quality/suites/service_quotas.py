"""Service quotas; a value of 0 is one, for what an account may not start at all."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("service_quotas"),
        present("service_code"),
        present("quota_code"),
        present("value"),
        between("value", 0),
        one_of("usage_statistic", "Maximum", "Average", "Sum", "Minimum", "SampleCount"),
    ]
