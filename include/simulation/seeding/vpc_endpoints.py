"""VPC endpoints of the default VPC."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: type (Gateway or Interface), service (`s3`)."""
    kind = resource.spec["type"]
    asked: dict[str, Any] = {
        "VpcId": stage.vpc(),
        "VpcEndpointType": kind,
        "ServiceName": f"com.amazonaws.{stage.place.region}.{resource.spec['service']}",
        "TagSpecifications": [
            {"ResourceType": "vpc-endpoint", "Tags": aws_tags({"Name": resource.name, **resource.tags})}
        ],
    }
    if kind == "Interface":
        asked["SubnetIds"] = [stage.subnet()]
    made: str = stage.client("ec2").create_vpc_endpoint(**asked)["VpcEndpoint"]["VpcEndpointId"]
    stage.backend("ec2").vpc_end_points[made].creation_timestamp = stage.ago_naive(resource.age_days)
    return made
