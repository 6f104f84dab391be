"""Elastic IP addresses."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import entity, matches, one_of


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("elastic_ips"),
        matches("public_ip", r"^\d{1,3}(?:\.\d{1,3}){3}$", "an IPv4 address"),
        one_of("domain", "vpc", "standard"),
    ]
