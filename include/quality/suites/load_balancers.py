"""Load balancers of every kind."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import CRITICAL, between, entity, no_more_than, one_of, past, present


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("load_balancers"),
        present("kind"),
        one_of("kind", "application", "network", "gateway", "classic", severity=CRITICAL),
        one_of("scheme", "internet-facing", "internal"),
        between("target_group_count", 0),
        between("healthy_count", 0),
        no_more_than("healthy_count", "target_count"),
        past("created_at", as_of),
    ]
