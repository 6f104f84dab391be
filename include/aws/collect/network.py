"""Elastic IP addresses, NAT gateways and VPC endpoints."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, only, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc

PAGE = {"PageSize": 500}


@collector(
    "elastic_ips",
    client="ec2",
    permissions=("ec2:DescribeAddresses",),
    arn="arn:{partition}:ec2:{region}:{account_id}:elastic-ip/{resource_id}",
)
def elastic_ips(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every elastic IP in the client's region; one that a service manages says so in `managed_by`."""
    for asked in only("allocation-id", ids):
        # DescribeAddresses has no pages: it sends all at once.
        for address in ec2.describe_addresses(**asked)["Addresses"]:
            yield _address(ec2, address)


@collector(
    "nat_gateways",
    client="ec2",
    permissions=("ec2:DescribeNatGateways",),
    arn="arn:{partition}:ec2:{region}:{account_id}:natgateway/{resource_id}",
)
def nat_gateways(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every NAT gateway in the client's region, deleted ones too while AWS still lists them."""
    for asked in only("nat-gateway-id", ids):
        for gateway in items(ec2, "describe_nat_gateways", "NatGateways", PaginationConfig=PAGE, **asked):
            yield _gateway(ec2, gateway)


@collector(
    "vpc_endpoints",
    client="ec2",
    permissions=("ec2:DescribeVpcEndpoints",),
    arn="arn:{partition}:ec2:{region}:{account_id}:vpc-endpoint/{resource_id}",
)
def vpc_endpoints(ec2: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every VPC endpoint in the client's region."""
    for endpoint in items(ec2, "describe_vpc_endpoints", "VpcEndpoints", PaginationConfig=PAGE):
        if wanted(endpoint["VpcEndpointId"], ids):
            yield _endpoint(ec2, endpoint)


def _address(ec2: Any, address: dict[str, Any]) -> Row:
    return common(
        ec2,
        address.get("AllocationId") or address["PublicIp"],
        address.get("Tags", []),
        name=address.get("PublicIp"),
        managed_by=address.get("ServiceManaged"),
    ) | {
        "public_ip": address.get("PublicIp"),
        "association_id": address.get("AssociationId") or None,
        "instance_id": address.get("InstanceId") or None,
        "network_interface_id": address.get("NetworkInterfaceId") or None,
        "domain": address.get("Domain"),
    }


def _gateway(ec2: Any, gateway: dict[str, Any]) -> Row:
    addresses = gateway.get("NatGatewayAddresses", [])
    return common(ec2, gateway["NatGatewayId"], gateway.get("Tags", [])) | {
        "state": gateway["State"],
        "connectivity_type": gateway.get("ConnectivityType"),
        "vpc_id": gateway.get("VpcId"),
        "subnet_id": gateway.get("SubnetId"),
        "allocation_ids": [address["AllocationId"] for address in addresses if "AllocationId" in address],
        "address_count": len(addresses),
        "created_at": utc(gateway.get("CreateTime")),
    }


def _endpoint(ec2: Any, endpoint: dict[str, Any]) -> Row:
    return common(ec2, endpoint["VpcEndpointId"], endpoint.get("Tags", [])) | {
        "state": endpoint.get("State"),
        "endpoint_type": endpoint.get("VpcEndpointType"),
        "service_name": endpoint.get("ServiceName"),
        "vpc_id": endpoint.get("VpcId"),
        "subnet_ids": endpoint.get("SubnetIds", []),
        "created_at": utc(endpoint.get("CreationTimestamp")),
    }
