"""Machine images."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import entity, one_of, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("amis"),
        one_of(
            "state",
            "available",
            "pending",
            "failed",
            "invalid",
            "deregistered",
            "transient",
            "error",
            "disabled",
        ),
        past("created_at", as_of),
        past("last_launched_at", as_of),
    ]
