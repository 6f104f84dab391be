"""NAT gateways."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, one_of, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("nat_gateways"),
        one_of("state", "pending", "failed", "available", "deleting", "deleted"),
        one_of("connectivity_type", "public", "private"),
        between("address_count", 0),
        past("created_at", as_of),
    ]
