"""Addresses and NAT gateways: what is in use is refused, what is on its way out is gone."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from include.aws.act import action
from include.core.errors import ActionRefused
from tests.aws.act.estate import instance, nat_gateway
from tests.aws.act.running import Aws, Run


def test_an_address_in_use_is_never_released(aws: Aws, run: Callable[..., Run]):
    address = aws("ec2").allocate_address(Domain="vpc")["AllocationId"]
    it = run("ec2.release_address", address)
    free = it.read()
    aws("ec2").associate_address(AllocationId=address, InstanceId=instance(aws))
    with pytest.raises(ActionRefused, match="is in use by eipassoc-"):
        it.after(it.read())
    with pytest.raises(ActionRefused):
        it.act(it.read())
    assert free["association_id"] is None


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_a_gateway_on_its_way_out_is_gone(state: str, aws: Aws, run: Callable[..., Run]):
    it = run("ec2.delete_nat_gateway", nat_gateway(aws))
    it.shows("DescribeNatGateways", lambda answer: answer["NatGateways"][0].update(State=state))
    assert it.read() is None


@pytest.mark.parametrize("code", ["NatGatewayNotFound", "InvalidNatGatewayID.NotFound"])
def test_a_gateway_aws_no_longer_knows_is_gone_and_deleting_it_is_done(
    code: str, aws: Aws, run: Callable[..., Run]
):
    it = run("ec2.delete_nat_gateway", nat_gateway(aws))
    before = it.read()
    it.answers("DescribeNatGateways", code)
    it.answers("DeleteNatGateway", code)
    assert it.read() is None
    assert it.act(before) == {}


def test_a_gateway_still_being_made_is_refused():
    with pytest.raises(ActionRefused, match="is pending; expected available"):
        action("ec2.delete_nat_gateway").after({"state": "pending"}, {})


@pytest.mark.parametrize(
    ("action_id", "operation"),
    [
        ("ec2.release_address", "DescribeAddresses"),
        ("ec2.delete_nat_gateway", "DescribeNatGateways"),
        ("ec2.snapshot_delete_volume", "DescribeVolumes"),
        ("ec2.delete_snapshot", "DescribeSnapshots"),
        ("ec2.stop_instance", "DescribeInstances"),
    ],
)
def test_a_denied_read_is_never_taken_for_gone(
    action_id: str, operation: str, aws: Aws, run: Callable[..., Run]
):
    it = run(action_id, "any-0123456789abcdef0")
    it.answers(operation, "UnauthorizedOperation")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        it.read()
