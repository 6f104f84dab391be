"""Delete a NAT gateway. Its elastic addresses stay allocated; routes to it stay as black holes.

A deleted gateway lingers in DescribeNatGateways for about an hour, and nothing stops a deletion once begun:
`deleting` and `deleted` count as gone.
"""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, never, served_by, user_tags
from include.aws.act._waiting import STATE, wait
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "ec2"
READ_PERMISSIONS = ("ec2:DescribeNatGateways", "ec2:DescribeRouteTables")
PERMISSIONS = ("ec2:DeleteNatGateway",)
RISK: Risk = "high"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = True
IRREVERSIBLE_BECAUSE = "a new gateway has another id, so every route to it must be set again"

GONE = {"deleting", "deleted"}
NOT_FOUND = {"NatGatewayNotFound", "InvalidNatGatewayID.NotFound"}

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """State, place, addresses, tags, and the route tables with a route to it; None when gone."""
    try:
        found = client.describe_nat_gateways(NatGatewayIds=[resource_id])["NatGateways"]
    except ClientError as error:
        if error_code(error) in NOT_FOUND:
            return None
        raise
    if not found or found[0]["State"] in GONE:
        return None
    raw = found[0]
    addresses = raw.get("NatGatewayAddresses", ())
    return {
        "state": raw["State"],
        "vpc_id": raw["VpcId"],
        "subnet_id": raw.get("SubnetId"),
        "connectivity_type": raw.get("ConnectivityType", "public"),
        "allocation_ids": sorted(one["AllocationId"] for one in addresses if one.get("AllocationId")),
        "tags": user_tags(raw.get("Tags")),
        "route_table_ids": _route_tables(client, resource_id),
    }


def after(before: State, params: State) -> State | None:
    """Gone. ActionRefused unless it is available or failed."""
    if before["state"] not in {"available", "failed"}:
        raise ActionRefused(f"the gateway is {before['state']}; expected available. Try when it has settled.")
    return None


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Delete and wait; one that is gone is done. The token is not needed."""
    after(before, params)
    try:
        client.delete_nat_gateway(NatGatewayId=resource_id)
    except ClientError as error:
        if error_code(error) in NOT_FOUND:
            return {}
        raise
    wait(client, "nat_gateway_deleted", STATE, NatGatewayIds=[resource_id])
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """None: see IRREVERSIBLE_BECAUSE."""
    return None


def _route_tables(client: Any, nat_gateway_id: str) -> Any:
    """Sorted ids: what would point into a black hole."""
    which = [{"Name": "route.nat-gateway-id", "Values": [nat_gateway_id]}]
    pages = client.get_paginator("describe_route_tables").paginate(Filters=which)
    return sorted(table["RouteTableId"] for page in pages for table in page["RouteTables"])
