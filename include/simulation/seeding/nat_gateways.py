"""NAT gateways, public ones with an address of their own."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

NAMESPACE = "AWS/NATGateway"
DIMENSION = "NatGatewayId"


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: private."""
    ec2 = stage.client("ec2")
    tags = aws_tags({"Name": resource.name, **resource.tags})
    asked: dict[str, Any] = {
        "SubnetId": stage.subnet(),
        "TagSpecifications": [{"ResourceType": "natgateway", "Tags": tags}],
    }
    if resource.spec.get("private"):
        asked["ConnectivityType"] = "private"
    else:
        address = ec2.allocate_address(
            Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}]
        )
        asked["AllocationId"] = address["AllocationId"]
    gateway_id: str = ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"]
    stage.backend("ec2").nat_gateways[gateway_id]._created_at = stage.ago_naive(resource.age_days)
    return gateway_id
