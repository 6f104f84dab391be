"""At least two resources of every dataset in a simulated account, tagged where creation takes tags."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from include.simulation import limits

OF_THE_ACCOUNT = ("dynamodb_limits", "lambda_limits", "service_quotas")
"""Datasets of what an account is allowed: in every region, made by nobody, without tags."""
UNTAGGED = (*OF_THE_ACCOUNT, "kinesis_streams", "lambda_concurrency", "scaling_targets")
"""Datasets without tags; moto has streams' tags, but does not list them (GetResources)."""

TAGS = [{"Key": "env", "Value": "test"}]
FLAT = {"env": "test"}

Aws = Callable[[str], Any]


def tagged(kind: str) -> list[dict[str, Any]]:
    """EC2's way to tag what is being created."""
    return [{"ResourceType": kind, "Tags": TAGS}]


def seed(aws: Aws, n: int = 2) -> dict[str, Sequence[str]]:
    """`n` of everything; ids by dataset."""
    limits.install()
    aws = cache(aws)
    net = network(aws("ec2"))
    return {
        **compute(aws("ec2"), n),
        **addresses(aws("ec2"), net, n),
        **balancers(aws, net, n),
        **groups(aws, net, n),
        **databases(aws, n),
        **serverless(aws, n),
        **capacity(aws, n),
    }


def network(ec2: Any) -> dict[str, str]:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{i}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for i, zone in enumerate("ab")
    ]
    return {"vpc": vpc, "a": subnets[0]["Subnet"]["SubnetId"], "b": subnets[1]["Subnet"]["SubnetId"]}


def compute(ec2: Any, n: int) -> dict[str, Sequence[str]]:
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    instances = [
        ec2.run_instances(
            ImageId=image,
            InstanceType="m5.large",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[*tagged("instance"), *tagged("volume")],
        )["Instances"][0]["InstanceId"]
        for _ in range(n)
    ]
    images = [
        ec2.create_image(InstanceId=one, Name=f"of-{one}", TagSpecifications=tagged("image"))["ImageId"]
        for one in instances
    ]
    volumes = ec2.describe_volumes()["Volumes"]
    for volume in volumes:
        ec2.create_snapshot(VolumeId=volume["VolumeId"], TagSpecifications=tagged("snapshot"))
    templates = [
        ec2.create_launch_template(
            LaunchTemplateName=f"template-{i}",
            LaunchTemplateData={"ImageId": image},
            TagSpecifications=tagged("launch-template"),
        )["LaunchTemplate"]["LaunchTemplateId"]
        for i in range(n)
    ]
    return {
        "ec2_instances": instances,
        "ebs_volumes": [volume["VolumeId"] for volume in volumes],
        "ebs_snapshots": [one["SnapshotId"] for one in ec2.describe_snapshots()["Snapshots"]],
        "amis": [image, *images],
        "launch_templates": templates,
    }


def addresses(ec2: Any, net: dict[str, str], n: int) -> dict[str, Sequence[str]]:
    addresses = [
        ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
        for _ in range(n)
    ]
    gateways = [
        ec2.create_nat_gateway(
            SubnetId=net["a"], AllocationId=address, TagSpecifications=tagged("natgateway")
        )["NatGateway"]["NatGatewayId"]
        for address in addresses
    ]
    endpoints = [
        ec2.create_vpc_endpoint(
            VpcId=net["vpc"],
            ServiceName="com.amazonaws.eu-west-1.sqs",
            VpcEndpointType="Interface",
            SubnetIds=[net["a"]],
            TagSpecifications=tagged("vpc-endpoint"),
        )["VpcEndpoint"]["VpcEndpointId"]
        for _ in range(n)
    ]
    return {"elastic_ips": addresses, "nat_gateways": gateways, "vpc_endpoints": endpoints}


def balancers(aws: Aws, net: dict[str, str], n: int) -> dict[str, Sequence[str]]:
    elbv2, elb = aws("elbv2"), aws("elb")
    arns = []
    for i in range(n):
        arn = elbv2.create_load_balancer(Name=f"app-{i}", Subnets=[net["a"], net["b"]], Tags=TAGS)[
            "LoadBalancers"
        ][0]["LoadBalancerArn"]
        group = elbv2.create_target_group(Name=f"tg-{i}", Protocol="HTTP", Port=80, VpcId=net["vpc"])
        forward = {"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}
        elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[forward])
        arns.append(arn)
    listener = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}
    for i in range(n):
        elb.create_load_balancer(
            LoadBalancerName=f"old-{i}", Listeners=[listener], Subnets=[net["a"]], Tags=TAGS
        )
    return {"load_balancers": [*arns, *(f"old-{i}" for i in range(n))]}


def groups(aws: Aws, net: dict[str, str], n: int) -> dict[str, Sequence[str]]:
    autoscaling = aws("autoscaling")
    names = [f"group-{i}" for i in range(n)]
    for name in names:
        autoscaling.create_launch_configuration(
            LaunchConfigurationName=f"{name}-config", ImageId="ami-12345678", InstanceType="m5.large"
        )
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName=f"{name}-config",
            MinSize=0,
            MaxSize=0,
            VPCZoneIdentifier=net["a"],
            Tags=[
                tag | {"ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": False}
                for tag in TAGS
            ],
        )
    return {"autoscaling_groups": names}


def databases(aws: Aws, n: int) -> dict[str, Sequence[str]]:
    rds, dynamodb = aws("rds"), aws("dynamodb")
    for i in range(n):
        rds.create_db_instance(
            DBInstanceIdentifier=f"db-{i}",
            DBInstanceClass="db.m5.large",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="watch",
            MasterUserPassword="not-a-secret",
            Tags=TAGS,
        )
        rds.create_db_snapshot(DBInstanceIdentifier=f"db-{i}", DBSnapshotIdentifier=f"snap-{i}", Tags=TAGS)
        dynamodb.create_table(
            TableName=f"table-{i}",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=TAGS,
        )
    return {
        "rds_instances": [f"db-{i}" for i in range(n)],
        "rds_snapshots": [one["DBSnapshotIdentifier"] for one in rds.describe_db_snapshots()["DBSnapshots"]],
        "dynamodb_tables": [f"table-{i}" for i in range(n)],
    }


def serverless(aws: Aws, n: int) -> dict[str, Sequence[str]]:
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = aws("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for i in range(n):
        aws("lambda").create_function(
            FunctionName=f"function-{i}",
            Runtime="python3.12",
            Role=role,
            Handler="main.run",
            Code={"ImageUri": "ignored"},
            PackageType="Image",
            Tags=FLAT,
        )
        aws("s3").create_bucket(
            Bucket=f"bucket-{i}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        aws("s3").put_bucket_tagging(Bucket=f"bucket-{i}", Tagging={"TagSet": TAGS})
        aws("logs").create_log_group(logGroupName=f"/app/{i}", tags=FLAT)
    return {
        "lambda_functions": [f"function-{i}" for i in range(n)],
        "s3_buckets": [f"bucket-{i}" for i in range(n)],
        "log_groups": [f"/app/{i}" for i in range(n)],
    }


def capacity(aws: Aws, n: int) -> dict[str, Sequence[str]]:
    """What is read for capacity alone; the last stream is on demand, the last function reserves nothing."""
    elasticache, kinesis, scaling = aws("elasticache"), aws("kinesis"), aws("application-autoscaling")
    for i in range(n):
        elasticache.create_cache_cluster(
            CacheClusterId=f"cache-{i}",
            Engine="redis",
            CacheNodeType="cache.r7g.large",
            NumCacheNodes=1,
            Tags=TAGS,
        )
        mode = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}} if i == n - 1 else {"ShardCount": 2}
        kinesis.create_stream(StreamName=f"stream-{i}", **mode)
        scaling.register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId=f"table/table-{i}",
            ScalableDimension="dynamodb:table:ReadCapacityUnits",
            MinCapacity=5,
            MaxCapacity=100,
        )
        if i < n - 1:
            aws("lambda").put_function_concurrency(
                FunctionName=f"function-{i}", ReservedConcurrentExecutions=25
            )
    quotas = aws("service-quotas")
    found = {
        service: quotas.list_service_quotas(ServiceCode=service)["Quotas"]
        for service in ("autoscaling", "ec2", "elasticloadbalancing", "lambda", "rds", "vpc")
    }
    return {
        "ecs_services": services(aws("ecs"), n),
        "elasticache_clusters": [f"cache-{i}" for i in range(n)],
        "kinesis_streams": [f"stream-{i}" for i in range(n)],
        "scaling_targets": [f"table/table-{i}/dynamodb:table:ReadCapacityUnits" for i in range(n)],
        "lambda_concurrency": [f"function-{i}" for i in range(n)],
        "lambda_limits": ["lambda"],
        "dynamodb_limits": ["dynamodb"],
        "service_quotas": [f"{name}/{one['QuotaCode']}" for name, all in found.items() for one in all],
    }


def services(ecs: Any, n: int) -> list[str]:
    tags = [{"key": key, "value": value} for key, value in FLAT.items()]
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web", "cpu": 256, "memory": 512}]
    )
    for i in range(n):
        ecs.create_service(
            cluster="shop", serviceName=f"web-{i}", taskDefinition="web", desiredCount=3, tags=tags
        )
    return [f"shop/web-{i}" for i in range(n)]
