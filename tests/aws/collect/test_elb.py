import polars as pl
import pytest
from botocore.exceptions import ClientError

from include.aws.collect.elb import load_balancers
from tests.aws.collect.estate import balancers, compute, network

HEALTH = "elastic-load-balancing-v2.DescribeTargetHealth"


def counts(frame):
    return frame.select("target_group_count", "target_count", "healthy_count").rows()


@pytest.fixture
def balancer(aws):
    """One application load balancer in front of one registered, healthy instance."""
    balancers(aws, network(aws("ec2")), 1)
    compute(aws("ec2"), 1)
    elbv2 = aws("elbv2")
    group = elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    instance = aws("ec2").describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
    return elbv2


def test_targets_are_counted(balancer):
    assert counts(load_balancers(balancer)) == [(1, 1, 1)]


def test_a_load_balancer_without_targets_has_zero(aws):
    balancers(aws, network(aws("ec2")), 1)
    assert counts(load_balancers(aws("elbv2"))) == [(1, 0, 0)]


def test_the_metric_dimension_is_the_end_of_the_arn(balancer):
    row = load_balancers(balancer).row(0, named=True)
    assert row["metric_dimension"].startswith("app/app-0/")
    assert row["arn"].endswith(row["metric_dimension"])


@pytest.mark.parametrize("code", ["AccessDenied", "UnauthorizedOperation"])
def test_health_we_may_not_read_is_unknown_not_zero(code, balancer, answers, caplog):
    answers(balancer, HEALTH, code)
    assert counts(load_balancers(balancer)) == [(1, None, None)]
    assert f"DescribeTargetHealth refused ({code})" in caplog.text


def test_throttled_health_is_an_error_not_a_number(balancer, answers):
    answers(balancer, HEALTH, "Throttling")
    with pytest.raises(ClientError, match="Throttling"):
        load_balancers(balancer)


def test_a_target_group_deleted_meanwhile_has_no_targets(balancer, answers):
    answers(balancer, HEALTH, "TargetGroupNotFound")
    assert counts(load_balancers(balancer)) == [(1, 0, 0)]


def test_classic_ones_come_with_their_own_client(aws):
    balancers(aws, network(aws("ec2")), 1)
    compute(aws("ec2"), 1)
    elb = aws("elb")
    instance = aws("ec2").describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    elb.register_instances_with_load_balancer(LoadBalancerName="old-0", Instances=[{"InstanceId": instance}])
    frame = load_balancers(aws("elbv2"), classic=elb).filter(pl.col("kind") == "classic")
    assert frame.select("resource_id", "target_count", "healthy_count", "metric_dimension").rows() == [
        ("old-0", 1, 1, "old-0")
    ]


def test_classic_health_we_may_not_read_is_unknown(aws, answers):
    balancers(aws, network(aws("ec2")), 1)
    elb = aws("elb")
    elb.register_instances_with_load_balancer(LoadBalancerName="old-0", Instances=[{"InstanceId": "i-1"}])
    answers(elb, "elastic-load-balancing.DescribeInstanceHealth", "AccessDenied")
    frame = load_balancers(aws("elbv2"), ["old-0"], classic=elb)
    assert counts(frame) == [(0, 1, None)]


def test_more_load_balancers_than_one_tag_call_takes(aws):
    balancers(aws, network(aws("ec2")), 21)
    frame = load_balancers(aws("elbv2"), classic=aws("elb"))
    assert frame.height == 42
    assert set(frame["environment"]) == {"test"}
