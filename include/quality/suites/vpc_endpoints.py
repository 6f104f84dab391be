"""VPC endpoints."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import entity, one_of, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("vpc_endpoints"),
        one_of("endpoint_type", "Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork"),
        past("created_at", as_of),
    ]
