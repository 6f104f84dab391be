"""NAT gateways: advice only. A public gateway's addresses are public ones, and each is billed."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Due, Remedy, cost, free, up

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
    more = addresses - int(due.resource["address_count"])
    extra = cost((more * HOURS_PER_MONTH, due.price("eip:in-use:hour")))
    if due.resource["connectivity_type"] == "private":
        extra = free("private addresses")
    return Remedy(f"Give it {addresses} addresses.", float(addresses * PER_ADDRESS), cost=extra)
