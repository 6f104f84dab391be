"""Resources for each action to work on, and the step a plan would name: `CASES[label].arrange(aws)`."""

import io
import json
import zipfile
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


def group(aws: Aws, *scheduled: dict[str, Any]) -> str:
    """One of 2 to 4 instances, 2 of them running, and another whose name begins like it."""
    autoscaling, nets = aws("autoscaling"), subnets(aws)
    image = aws("ec2").register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId=image, InstanceType="m5.large"
    )
    for name in ("web", "web-old"):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName="web",
            MinSize=2,
            MaxSize=4,
            DesiredCapacity=2,
            VPCZoneIdentifier=nets[0],
        )
    for one in scheduled:
        autoscaling.put_scheduled_update_group_action(AutoScalingGroupName="web", **one)
    return "web"


def service(aws: Aws, cluster: str = "shop") -> str:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName=cluster)
    ecs.register_task_definition(
        family="app", containerDefinitions=[{"name": "app", "image": "app", "memory": 128}]
    )
    ecs.create_service(cluster=cluster, serviceName="web", taskDefinition="app", desiredCount=2)
    return f"{cluster}/web"


def table_target(aws: Aws) -> str:
    """A table's reads that may be scaled from 5 to 20 units; its writes beside them, to 9."""
    name = f"table/{table(aws)}"
    for dimension, most in ((READS, 20), (READS.replace("Read", "Write"), 9)):
        aws("application-autoscaling").register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId=name,
            ScalableDimension=dimension,
            MinCapacity=5,
            MaxCapacity=most,
        )
    return f"{name}/{READS}"


def service_target(aws: Aws) -> str:
    name = f"service/{service(aws)}"
    aws("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs", ResourceId=name, ScalableDimension=TASKS, MinCapacity=1, MaxCapacity=4
    )
    return f"{name}/{TASKS}"


def function(aws: Aws, reserved: int | None = None) -> str:
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = aws("iam").create_role(RoleName="app", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    aws("lambda").create_function(
        FunctionName="hook",
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": code.getvalue()},
    )
    if reserved is not None:
        aws("lambda").put_function_concurrency(FunctionName="hook", ReservedConcurrentExecutions=reserved)
    return "hook"


def stream(aws: Aws, shards: int | None = 4) -> str:
    mode: dict[str, Any] = {"StreamModeDetails": {"StreamMode": "PROVISIONED" if shards else "ON_DEMAND"}}
    aws("kinesis").create_stream(StreamName="clicks", **mode, **({"ShardCount": shards} if shards else {}))
    return "clicks"


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

READS, TASKS = "dynamodb:table:ReadCapacityUnits", "ecs:service:DesiredCount"
VCPUS = {"service_code": "ec2", "quota_code": "L-1216C47A"}
PEAK = {
    "ScheduledActionName": "morning",
    "Recurrence": "0 8 * * MON-FRI",
    "TimeZone": "Europe/Berlin",
    "DesiredCapacity": 3,
}
MORNING: State = {
    "recurrence": "30 7 * * *",
    "time_zone": "Europe/Berlin",
    "min_size": 3,
    "max_size": 6,
    "desired_capacity": 4,
}
EVENING: State = {"recurrence": "0 19 * * *", "time_zone": "UTC", "min_size": 2}
ONCE: State = {"start_time": "2030-11-29T06:00:00+01:00", "min_size": 4}

CASES: dict[str, Case] = {
    "stop a running instance": _case("ec2.stop_instance", instance),
    "start a stopped instance": _case("ec2.start_instance", lambda aws: instance(aws, stopped=True)),
    "resize a running instance": _case("ec2.modify_instance_type", instance, instance_type="m5.large"),
    "resize a stopped instance": _case(
        "ec2.modify_instance_type", lambda aws: instance(aws, stopped=True), instance_type="m5.large"
    ),
    "gp2 to gp3": _case("ec2.modify_volume", volume, **BASELINE),
    "a larger volume": _case("ec2.modify_volume", volume, size_gib=40),
    "a larger and faster volume": _case(
        "ec2.modify_volume", lambda aws: volume(aws, **FAST), size_gib=40, iops=6000
    ),
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
    "more storage": _case("rds.modify_storage", database, allocated_gib=40),
    "storage that may grow further": _case("rds.modify_storage", database, max_allocated_gib=100),
    "storage that no longer grows by itself": _case(
        "rds.modify_storage", lambda aws: database(aws, MaxAllocatedStorage=100), max_allocated_gib=None
    ),
    "faster storage": _case(
        "rds.modify_storage",
        lambda aws: database(aws, StorageType="gp3", Iops=3000, StorageThroughput=125),
        iops=6000,
        throughput_mibps=250,
    ),
    "larger group": _case("autoscaling.set_group_limits", group, max_size=8),
    "smaller group": _case("autoscaling.set_group_limits", group, min_size=1, max_size=1, desired_capacity=1),
    "up in the morning and down in the evening": _case(
        "autoscaling.set_schedule", group, scheduled={"morning": MORNING, "evening": EVENING}
    ),
    "another scheduled action": _case(
        "autoscaling.set_schedule", lambda aws: group(aws, PEAK), scheduled={"sale": ONCE}
    ),
    "scheduled action that says more": _case(
        "autoscaling.set_schedule", lambda aws: group(aws, PEAK), scheduled={"morning": MORNING}
    ),
    "scheduled action that says less, and another": _case(
        "autoscaling.set_schedule",
        lambda aws: group(aws, PEAK),
        scheduled={"morning": EVENING, "evening": EVENING},
    ),
    "scheduled actions for others": _case(
        "autoscaling.set_schedule",
        lambda aws: group(aws, PEAK, {**PEAK, "ScheduledActionName": "noon"}),
        scheduled={"morning": None, "noon": None, "sale": ONCE},
    ),
    "reads that may scale further": _case(
        "applicationautoscaling.set_scaling_target",
        table_target,
        namespace="dynamodb",
        dimension=READS,
        max_capacity=40,
    ),
    "tasks that may scale further": _case(
        "applicationautoscaling.set_scaling_target",
        service_target,
        namespace="ecs",
        dimension=TASKS,
        min_capacity=2,
        max_capacity=8,
    ),
    "more capacity of a table": _case("dynamodb.set_capacity", table, read_capacity=14),
    "more capacity of an index": _case(
        "dynamodb.set_capacity",
        table,
        write_capacity=6,
        indexes={"by_day": {"read_capacity": 2, "write_capacity": 3}},
    ),
    "more tasks": _case("ecs.set_desired_count", service, desired_count=5),
    "first reservation": _case("lambda.set_reserved_concurrency", function, reserved=50),
    "larger reservation": _case(
        "lambda.set_reserved_concurrency", lambda aws: function(aws, 50), reserved=80
    ),
    "no reservation": _case("lambda.set_reserved_concurrency", lambda aws: function(aws, 50), reserved=None),
    "more shards": _case("kinesis.set_shard_count", stream, shards=6),
    "fewer shards": _case("kinesis.set_shard_count", stream, shards=2),
    "stream to on-demand": _case("kinesis.set_stream_mode", stream, mode="ON_DEMAND"),
    "stream to provisioned": _case(
        "kinesis.set_stream_mode", lambda aws: stream(aws, None), mode="PROVISIONED"
    ),
    "larger quota": _case(
        "servicequotas.request_increase", lambda aws: "ec2/L-1216C47A", **VCPUS, desired_value=384
    ),
    "much larger quota": _case(
        "servicequotas.request_increase", lambda aws: "ec2/L-1216C47A", **VCPUS, desired_value=4096
    ),
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
