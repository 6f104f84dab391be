"""A load balancer with targets or with deletion protection is never deleted."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from include.aws.act import action
from include.core.errors import ActionRefused
from tests.aws.act.estate import application_load_balancer, classic_load_balancer, instance
from tests.aws.act.running import Aws, Run

ID = "elb.delete_load_balancer"
APPLICATION = {"kind": "application"}


def test_deletion_protection_is_respected_and_stays_on(aws: Aws, run: Callable[..., Run]):
    arn = application_load_balancer(aws)
    on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    aws("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=on)
    it = run(ID, arn, APPLICATION)
    with pytest.raises(ActionRefused, match="deletion protection is on"):
        it.act(it.read())
    assert it.writes() == []
    assert it.read()["deletion_protection"] is True


def test_protection_switched_on_since_planning_is_respected_by_aws_itself(aws: Aws, run: Callable[..., Run]):
    it = run(ID, application_load_balancer(aws), APPLICATION)
    before = it.read()
    it.answers("DeleteLoadBalancer", "OperationNotPermitted")
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        it.act(before)


def test_registered_targets_are_named_and_refused(aws: Aws, run: Callable[..., Run]):
    arn, elbv2 = application_load_balancer(aws), aws("elbv2")
    group = elbv2.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"][0]["TargetGroupArn"]
    targets = sorted([instance(aws), instance(aws, EbsOptimized=False)])
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": one} for one in targets])
    it = run(ID, arn, APPLICATION)
    assert it.read()["target_ids"] == targets
    with pytest.raises(ActionRefused, match="targets are registered"):
        it.after(it.read())


def test_instances_of_a_classic_one_are_refused(aws: Aws, run: Callable[..., Run]):
    name, target = classic_load_balancer(aws), instance(aws)
    aws("elb").register_instances_with_load_balancer(
        LoadBalancerName=name, Instances=[{"InstanceId": target}]
    )
    it = run(ID, name, {"kind": "classic"})
    with pytest.raises(ActionRefused, match=target):
        it.act(it.read())


@pytest.mark.parametrize(
    ("kind", "client"),
    [("application", "elbv2"), ("network", "elbv2"), ("gateway", "elbv2"), ("classic", "elb")],
)
def test_each_kind_names_its_client(kind: str, client: str):
    assert action(ID).service({"kind": kind}) == client


def test_a_kind_nobody_knows_is_refused(aws: Aws, run: Callable[..., Run]):
    with pytest.raises(ActionRefused, match="kind 'round'; expected one of application"):
        run(ID, "any", {"kind": "round"}).read()
