"""Application Auto Scaling's targets."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, no_more_than, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("scaling_targets"),
        one_of("service", "dynamodb", "ecs"),
        present("target"),
        present("dimension"),
        between("min_capacity", 0),
        no_more_than("min_capacity", "max_capacity"),
        past("created_at", as_of),
    ]
