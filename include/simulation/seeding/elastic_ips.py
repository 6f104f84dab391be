"""Elastic IP addresses, idle or on an instance of the estate."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: instance (logical name). AWS dates no address: since when it is idle is for history to say."""
    ec2 = stage.client("ec2")
    tags = [{"ResourceType": "elastic-ip", "Tags": aws_tags({"Name": resource.name, **resource.tags})}]
    allocation_id: str = ec2.allocate_address(Domain="vpc", TagSpecifications=tags)["AllocationId"]
    if "instance" in resource.spec:
        ec2.associate_address(AllocationId=allocation_id, InstanceId=stage.ids[resource.spec["instance"]])
    return allocation_id
