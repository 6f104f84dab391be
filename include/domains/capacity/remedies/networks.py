"""NAT gateways: advice only."""

from include.domains.capacity.remedies._remedy import Due, Remedy, up

KINDS = ("nat_connections",)
PER_ADDRESS = 55_000
MOST_ADDRESSES = 8
"""Per gateway (Amazon VPC User Guide, "NAT gateway basics")."""


def remedy(due: Due) -> Remedy:
    """More addresses, or more gateways."""
    addresses = up(due.need / PER_ADDRESS)
    if addresses > MOST_ADDRESSES:
        return Remedy(
            f"It needs {addresses} addresses, a gateway has {MOST_ADDRESSES} at most: add gateways."
        )
    return Remedy(f"Give it {addresses} addresses.", float(addresses * PER_ADDRESS))
