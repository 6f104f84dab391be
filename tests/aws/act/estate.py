"""Resources for each action to work on, and the step a plan would name: `CASES[label].arrange(aws)`."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from include.core.changes import State, Step
from tests.aws.act.running import Aws

ZONE = "eu-west-1a"
EXPIRE = {
    "ID": "old",
    "Status": "Enabled",
    "Filter": {"Prefix": "tmp/"},
    "Expiration": {"Date": "2030-01-01T00:00:00+00:00"},
}
INDEX = {"IndexName": "by_day", "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}]}
ATTRIBUTES = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "day")]


def instance(aws: Aws, *, stopped: bool = False, **more: Any) -> str:
    ec2 = aws("ec2")
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="m5.xlarge", MinCount=1, MaxCount=1, **more)
    instance_id: str = made["Instances"][0]["InstanceId"]
    if stopped:
        ec2.stop_instances(InstanceIds=[instance_id])
    return instance_id


def volume(aws: Aws, **settings: Any) -> str:
    usual = {"AvailabilityZone": ZONE, "Size": 20, "VolumeType": "gp2"}
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "web"}]}]
    made: str = aws("ec2").create_volume(**{**usual, **settings}, TagSpecifications=tags)["VolumeId"]
    return made


def subnets(aws: Aws) -> list[str]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    blocks = [("10.9.1.0/24", ZONE), ("10.9.2.0/24", "eu-west-1b")]
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for block, zone in blocks
    ]


def nat_gateway(aws: Aws) -> str:
    ec2 = aws("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=subnets(aws)[0], AllocationId=address)
    gateway: str = made["NatGateway"]["NatGatewayId"]
    return gateway


def application_load_balancer(aws: Aws) -> str:
    elbv2, nets = aws("elbv2"), subnets(aws)
    made = elbv2.create_load_balancer(Name="app", Subnets=nets)["LoadBalancers"][0]
    group = elbv2.create_target_group(Name="app", Protocol="HTTP", Port=80, VpcId=made["VpcId"])
    forward = {"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}
    arn: str = made["LoadBalancerArn"]
    elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[forward])
    return arn


def classic_load_balancer(aws: Aws) -> str:
    listener = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}
    aws("elb").create_load_balancer(LoadBalancerName="old", Listeners=[listener], AvailabilityZones=[ZONE])
    return "old"


def database(aws: Aws, *, stopped: bool = False, **settings: Any) -> str:
    usual = {"DBInstanceIdentifier": "shop", "DBInstanceClass": "db.m5.xlarge", "Engine": "postgres"}
    secret = {"MasterUsername": "shop", "MasterUserPassword": "not-a-secret"}
    aws("rds").create_db_instance(AllocatedStorage=20, **{**usual, **secret, **settings})
    if stopped:
        aws("rds").stop_db_instance(DBInstanceIdentifier="shop")
    return "shop"


def table(aws: Aws, *, on_demand: bool = False) -> str:
    units = {"ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}}
    small = {"ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1}}
    index = {**INDEX, "Projection": {"ProjectionType": "ALL"}, **({} if on_demand else small)}
    aws("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=ATTRIBUTES,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[index],
        **({"BillingMode": "PAY_PER_REQUEST"} if on_demand else units),
    )
    return "orders"


def bucket(aws: Aws, *rules: dict[str, Any]) -> str:
    s3 = aws("s3")
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if rules:
        s3.put_bucket_lifecycle_configuration(Bucket="files", LifecycleConfiguration={"Rules": list(rules)})
    return "files"


def log_group(aws: Aws, days: int | None = None) -> str:
    logs = aws("logs")
    for name in ("/app/web", "/app/web-old"):  # the look-alike whose name only begins like it
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName="/app/web-old", retentionInDays=7)
    if days:
        logs.put_retention_policy(logGroupName="/app/web", retentionInDays=days)
    return "/app/web"


def deleted_volume(aws: Aws, **settings: Any) -> Step:
    """A step that restores a volume, of which only a snapshot is left."""
    ec2, volume_id = aws("ec2"), volume(aws, **settings)
    raw = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
    snapshot = ec2.create_snapshot(VolumeId=volume_id)["SnapshotId"]
    ec2.delete_volume(VolumeId=volume_id)
    params: State = {
        "snapshot_id": snapshot,
        "availability_zone": ZONE,
        "volume_type": raw["VolumeType"],
        "size_gib": raw["Size"],
        "iops": raw.get("Iops") if raw["VolumeType"] != "gp2" else None,
        "throughput_mibps": raw.get("Throughput"),
        "encrypted": raw["Encrypted"],
        "kms_key_id": raw.get("KmsKeyId"),
        "multi_attach": False,
        "tags": {"team": "web"},
    }
    return Step(action="ec2.restore_volume", resource_id=volume_id, params=params)


class Case(NamedTuple):
    """`arrange` makes the resource in an account, and returns the step that changes it."""

    action: str
    arrange: Callable[[Aws], Step]


def _case(action: str, make: Callable[[Aws], str], **params: Any) -> Case:
    return Case(action, lambda aws: Step(action=action, resource_id=make(aws), params=params))


def _snapshot(aws: Aws) -> str:
    made: str = aws("ec2").create_snapshot(VolumeId=volume(aws))["SnapshotId"]
    return made


PROVISIONED = {
    "billing_mode": "PROVISIONED",
    "read_capacity": 7,
    "write_capacity": 3,
    "indexes": {"by_day": {"read_capacity": 2, "write_capacity": 1}},
}
BASELINE = {"volume_type": "gp3", "iops": 3000, "throughput_mibps": 125}
FAST = {"VolumeType": "gp3", "Iops": 4000, "Throughput": 250}

CASES: dict[str, Case] = {
    "stop a running instance": _case("ec2.stop_instance", instance),
    "start a stopped instance": _case("ec2.start_instance", lambda aws: instance(aws, stopped=True)),
    "resize a running instance": _case("ec2.modify_instance_type", instance, instance_type="m5.large"),
    "resize a stopped instance": _case(
        "ec2.modify_instance_type", lambda aws: instance(aws, stopped=True), instance_type="m5.large"
    ),
    "gp2 to gp3": _case("ec2.modify_volume", volume, **BASELINE),
    "gp2 to gp3 at its baseline": _case("ec2.modify_volume", volume, volume_type="gp3"),
    "fewer IOPS": _case(
        "ec2.modify_volume",
        lambda aws: volume(aws, **FAST),
        volume_type="gp3",
        iops=3000,
        throughput_mibps=125,
    ),
    "delete a plain volume": _case("ec2.snapshot_delete_volume", volume),
    "delete a fast encrypted volume": _case(
        "ec2.snapshot_delete_volume", lambda aws: volume(aws, **FAST, Encrypted=True)
    ),
    "restore a plain volume": Case("ec2.restore_volume", deleted_volume),
    "restore a fast encrypted volume": Case(
        "ec2.restore_volume", lambda aws: deleted_volume(aws, **FAST, Encrypted=True)
    ),
    "delete a snapshot": _case("ec2.delete_snapshot", _snapshot),
    "release an address": _case(
        "ec2.release_address", lambda aws: aws("ec2").allocate_address(Domain="vpc")["AllocationId"]
    ),
    "delete a NAT gateway": _case("ec2.delete_nat_gateway", nat_gateway),
    "delete an application load balancer": _case(
        "elb.delete_load_balancer", application_load_balancer, kind="application"
    ),
    "delete a classic load balancer": _case(
        "elb.delete_load_balancer", classic_load_balancer, kind="classic"
    ),
    "stop a database": _case("rds.snapshot_stop_instance", database),
    "start a database": _case("rds.start_instance", lambda aws: database(aws, stopped=True)),
    "resize a database": _case("rds.modify_instance_class", database, instance_class="db.m5.large"),
    "table to on-demand": _case("dynamodb.set_billing_mode", table, billing_mode="PAY_PER_REQUEST"),
    "table to provisioned": _case(
        "dynamodb.set_billing_mode", lambda aws: table(aws, on_demand=True), **PROVISIONED
    ),
    "first lifecycle rule": _case("s3.put_lifecycle", bucket, abort_multipart_days=7),
    "one more lifecycle rule": _case(
        "s3.put_lifecycle", lambda aws: bucket(aws, EXPIRE), abort_multipart_days=7
    ),
    "lifecycle rules set as a whole": _case("s3.restore_lifecycle", bucket, rules=json.dumps([EXPIRE])),
    "lifecycle rules removed": _case("s3.restore_lifecycle", lambda aws: bucket(aws, EXPIRE), rules="[]"),
    "log retention": _case("logs.put_retention", log_group, retention_days=365),
    "logs kept for ever again": _case(
        "logs.put_retention", lambda aws: log_group(aws, 30), retention_days=None
    ),
}
