from types import SimpleNamespace

from include.aws.collect.network import elastic_ips, nat_gateways, vpc_endpoints
from tests.aws.collect.estate import addresses, network


def test_an_address_is_associated_or_not(aws):
    ec2 = aws("ec2")
    idle = ec2.allocate_address(Domain="vpc")
    frame = elastic_ips(ec2)
    assert frame.select("resource_id", "name", "association_id").rows() == [
        (idle["AllocationId"], idle["PublicIp"], None)
    ]


def test_an_address_a_service_manages_says_so():
    address = {"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1", "ServiceManaged": "alb"}
    client = SimpleNamespace(
        meta=SimpleNamespace(region_name="eu-west-1"), describe_addresses=lambda: {"Addresses": [address]}
    )
    assert elastic_ips(client)["managed_by"].to_list() == ["alb"]


def test_a_nat_gateway_knows_its_addresses(aws):
    seeded = addresses(aws("ec2"), network(aws("ec2")), 2)
    frame = nat_gateways(aws("ec2"))
    assert sorted(frame["allocation_ids"].explode()) == sorted(seeded["elastic_ips"])
    assert set(frame["state"]) == {"available"}


def test_an_endpoint_knows_its_service_and_subnets(aws):
    addresses(aws("ec2"), network(aws("ec2")), 2)
    row = vpc_endpoints(aws("ec2")).row(0, named=True)
    assert (row["endpoint_type"], row["service_name"]) == ("Interface", "com.amazonaws.eu-west-1.sqs")
    assert len(row["subnet_ids"]) == 1
