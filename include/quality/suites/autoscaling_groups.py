"""Auto Scaling groups."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import WARNING, between, entity, no_more_than, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("autoscaling_groups"),
        present("min_size", severity=WARNING),
        between("min_size", 0),
        between("desired_capacity", 0),
        no_more_than("min_size", "max_size"),
        past("created_at", as_of),
    ]
