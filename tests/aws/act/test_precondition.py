"""What changes between planning and applying shows in the before-image, so that the change is stale."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.act.estate import CASES, database, instance
from tests.aws.act.running import Aws, Run

Meddle = Callable[[Aws, str], Any]


def tag(aws: Aws, resource_id: str) -> None:
    aws("ec2").create_tags(Resources=[resource_id], Tags=[{"Key": "keep", "Value": "yes"}])


def attach(aws: Aws, resource_id: str) -> None:
    aws("ec2").attach_volume(VolumeId=resource_id, InstanceId=instance(aws), Device="/dev/sdf")


def route(aws: Aws, resource_id: str) -> None:
    ec2 = aws("ec2")
    vpc = ec2.describe_nat_gateways(NatGatewayIds=[resource_id])["NatGateways"][0]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=resource_id)


def associate(aws: Aws, resource_id: str) -> None:
    aws("ec2").associate_address(AllocationId=resource_id, InstanceId=instance(aws))


def protect(aws: Aws, resource_id: str) -> None:
    on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    aws("elbv2").modify_load_balancer_attributes(LoadBalancerArn=resource_id, Attributes=on)


def register(aws: Aws, resource_id: str) -> None:
    elbv2 = aws("elbv2")
    group = elbv2.describe_target_groups(LoadBalancerArn=resource_id)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance(aws)}])


def register_classic(aws: Aws, resource_id: str) -> None:
    aws("elb").register_instances_with_load_balancer(
        LoadBalancerName=resource_id, Instances=[{"InstanceId": instance(aws)}]
    )


def replicate(aws: Aws, resource_id: str) -> None:
    aws("rds").create_db_instance_read_replica(
        DBInstanceIdentifier="copy", SourceDBInstanceIdentifier=resource_id
    )


def raise_capacity(aws: Aws, resource_id: str) -> None:
    units = {"ReadCapacityUnits": 70, "WriteCapacityUnits": 30}
    aws("dynamodb").update_table(TableName=resource_id, ProvisionedThroughput=units)


def raise_index_capacity(aws: Aws, resource_id: str) -> None:
    units = {"ReadCapacityUnits": 20, "WriteCapacityUnits": 10}
    update = {"Update": {"IndexName": "by_day", "ProvisionedThroughput": units}}
    aws("dynamodb").update_table(TableName=resource_id, GlobalSecondaryIndexUpdates=[update])


def other_rules(aws: Aws, resource_id: str) -> None:
    rule = {"ID": "b", "Status": "Enabled", "Filter": {"Prefix": "b/"}, "Expiration": {"Days": 3}}
    aws("s3").put_bucket_lifecycle_configuration(Bucket=resource_id, LifecycleConfiguration={"Rules": [rule]})


def other_type(aws: Aws, resource_id: str) -> None:
    aws("ec2").modify_instance_attribute(InstanceId=resource_id, InstanceType={"Value": "c5.large"})


def shorter_retention(aws: Aws, resource_id: str) -> None:
    aws("logs").put_retention_policy(logGroupName=resource_id, retentionInDays=3)


@pytest.mark.parametrize(
    ("label", "meddle"),
    [
        ("stop a running instance", lambda aws, it: aws("ec2").stop_instances(InstanceIds=[it])),
        ("stop a running instance", lambda aws, it: aws("ec2").terminate_instances(InstanceIds=[it])),
        ("start a stopped instance", lambda aws, it: aws("ec2").start_instances(InstanceIds=[it])),
        ("start a stopped instance", other_type),
        ("resize a running instance", lambda aws, it: aws("ec2").stop_instances(InstanceIds=[it])),
        ("resize a stopped instance", other_type),
        ("gp2 to gp3", lambda aws, it: aws("ec2").modify_volume(VolumeId=it, VolumeType="io2", Iops=500)),
        ("gp2 to gp3", lambda aws, it: aws("ec2").modify_volume(VolumeId=it, Size=40)),
        ("delete a plain volume", attach),
        ("delete a plain volume", tag),
        ("delete a plain volume", lambda aws, it: aws("ec2").modify_volume(VolumeId=it, Size=40)),
        ("delete a plain volume", lambda aws, it: aws("ec2").delete_volume(VolumeId=it)),
        ("delete a snapshot", tag),
        ("release an address", associate),
        ("release an address", tag),
        ("delete a NAT gateway", route),
        ("delete a NAT gateway", tag),
        ("delete a NAT gateway", lambda aws, it: aws("ec2").delete_nat_gateway(NatGatewayId=it)),
        ("delete an application load balancer", protect),
        ("delete an application load balancer", register),
        ("delete a classic load balancer", register_classic),
        ("stop a database", replicate),
        ("stop a database", lambda aws, it: aws("rds").stop_db_instance(DBInstanceIdentifier=it)),
        (
            "resize a database",
            lambda aws, it: aws("rds").modify_db_instance(
                DBInstanceIdentifier=it, DBInstanceClass="db.m5.2xlarge", ApplyImmediately=True
            ),
        ),
        ("table to on-demand", raise_capacity),
        ("table to on-demand", raise_index_capacity),
        ("table to on-demand", lambda aws, it: aws("dynamodb").delete_table(TableName=it)),
        ("one more lifecycle rule", other_rules),
        ("first lifecycle rule", other_rules),
        (
            "log retention",
            lambda aws, it: aws("logs").put_retention_policy(logGroupName=it, retentionInDays=3),
        ),
    ],
)
def test_a_change_by_somebody_else_shows(label: str, meddle: Meddle, aws: Aws):
    it = Run(CASES[label].arrange(aws))
    before = it.read()
    meddle(aws, it.step.resource_id)
    assert it.read() != before


def test_two_databases_do_not_disturb_each_other(aws: Aws):
    it = Run(CASES["stop a database"].arrange(aws))
    before = it.read()
    database(aws, DBInstanceIdentifier="other")
    assert it.read() == before
