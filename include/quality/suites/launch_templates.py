"""Launch templates: nothing beyond the key."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import entity


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("launch_templates"),
    ]
