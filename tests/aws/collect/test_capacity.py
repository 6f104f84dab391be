"""What is read for capacity alone: caches, containers, streams, concurrency, quotas, scaling targets."""

import pytest
from botocore.exceptions import ClientError

from include.aws.collect.dynamodb_limits import dynamodb_limits
from include.aws.collect.ecs import ecs_services, reserved
from include.aws.collect.elasticache import elasticache_clusters
from include.aws.collect.kinesis import kinesis_streams
from include.aws.collect.lambda_concurrency import lambda_concurrency, lambda_limits
from include.aws.collect.network import nat_gateways
from include.aws.collect.rds import rds_instances
from include.aws.collect.scaling_targets import scaling_targets
from include.aws.collect.service_quotas import service_quotas
from tests.aws.collect.estate import addresses, network, serverless, services


def only(frame):
    return frame.row(0, named=True)


def said(client, operation, key, **more):
    """What AWS answers of `key` beyond what moto does."""

    def add(parsed, **_):
        for one in [parsed[key]] if isinstance(parsed[key], dict) else parsed[key]:
            one.update(more)

    client.meta.events.register(f"after-call.ecs.{operation}", add)


def asked(client):
    """The operations a client sends from now on."""
    sent = []
    client.meta.events.register("before-call", lambda model, **_: sent.append(model.name))
    return sent


def test_a_cluster_says_its_node_type_and_its_group(aws):
    elasticache = aws("elasticache")
    elasticache.create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="of the shop",
        CacheNodeType="cache.r7g.large",
        NumNodeGroups=1,
        ReplicasPerNodeGroup=0,
    )
    elasticache.create_cache_cluster(
        CacheClusterId="pages", Engine="memcached", CacheNodeType="cache.t4g.small", NumCacheNodes=3
    )
    row = only(elasticache_clusters(elasticache, ["pages"]))
    assert (row["engine"], row["node_type"], row["node_count"]) == ("memcached", "cache.t4g.small", 3)
    assert (row["replication_group_id"], row["tags"]) == (None, None)


def test_a_service_says_what_it_wants_and_what_a_task_reserves(aws):
    services(aws("ecs"), 1)
    row = only(ecs_services(aws("ecs")))
    assert (row["cluster_name"], row["service_name"], row["desired_count"]) == ("shop", "web-0", 3)
    assert (row["task_cpu_units"], row["task_memory_mib"], row["state"]) == (256, 512, "ACTIVE")


def test_a_service_says_where_its_tasks_run_and_what_a_task_is(aws):
    ecs = aws("ecs")
    services(ecs, 1)
    strategy = [{"capacityProvider": name, "weight": 1} for name in ("FARGATE_SPOT", "FARGATE")]
    platform = {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "X86_64"}
    said(ecs, "DescribeServices", "services", capacityProviderStrategy=strategy)
    said(ecs, "DescribeTaskDefinition", "taskDefinition", runtimePlatform=platform,
         ephemeralStorage={"sizeInGiB": 50})  # fmt: skip
    row = only(ecs_services(ecs))
    assert row["capacity_providers"] == ["FARGATE", "FARGATE_SPOT"]
    assert (row["task_os"], row["task_architecture"]) == ("WINDOWS_SERVER_2022_CORE", "X86_64")
    assert row["task_ephemeral_gib"] == 50


def test_a_definition_that_names_no_platform_is_linux_on_x86(aws):
    services(aws("ecs"), 1)
    row = only(ecs_services(aws("ecs")))
    assert (row["task_os"], row["task_architecture"], row["task_ephemeral_gib"]) == ("LINUX", "X86_64", None)
    assert row["capacity_providers"] == []


def test_of_a_refused_definition_the_service_stays_and_what_a_task_is_is_unknown(aws, answers, caplog):
    ecs = aws("ecs")
    services(ecs, 2)
    answers(ecs, "ecs.DescribeTaskDefinition", "AccessDeniedException")
    frame = ecs_services(ecs)
    assert frame["desired_count"].to_list() == [3, 3]
    task = frame.select("task_cpu_units", "task_memory_mib", "task_os", "task_architecture")
    assert task.null_count().row(0) == (2, 2, 2, 2)
    assert caplog.text.count("refused (AccessDeniedException)") == 1


def test_a_throttled_definition_is_an_error(aws, answers):
    ecs = aws("ecs")
    services(ecs, 1)
    answers(ecs, "ecs.DescribeTaskDefinition", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        ecs_services(ecs)


def test_services_are_described_ten_at_a_time_and_their_task_once(aws):
    ecs = aws("ecs")
    services(ecs, 11)
    sent = asked(ecs)
    assert ecs_services(ecs).height == 11
    assert (sent.count("DescribeServices"), sent.count("DescribeTaskDefinition")) == (2, 1)


def test_a_deleted_service_and_one_of_a_deleted_cluster_give_no_row(aws):
    ecs = aws("ecs")
    services(ecs, 2)
    ecs.delete_service(cluster="shop", service="web-0", force=True)
    ids = ["shop/web-0", "shop/web-1", "gone/web-1"]
    assert ecs_services(ecs, ids)["resource_id"].to_list() == ["shop/web-1"]


RESERVED = [
    ("the task's own size", {"cpu": "512", "memory": "1024"}, (512, 1024)),
    ("the sum of its containers", {"containerDefinitions": [{"cpu": 10, "memory": 64}] * 2}, (20, 128)),
    ("a soft limit, else", {"containerDefinitions": [{"memoryReservation": 64}]}, (None, 64)),
    ("the hard limit", {"containerDefinitions": [{"memory": 128, "memoryReservation": 64}]}, (None, 128)),
    ("nothing", {"containerDefinitions": [{"cpu": 0}]}, (None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "held"), [c[1:] for c in RESERVED], ids=[c[0] for c in RESERVED])
def test_a_task_reserves(definition, held):
    assert reserved(definition) == held


def test_a_stream_says_its_mode_and_shards(aws, answers):
    kinesis, tagging = aws("kinesis"), aws("resourcegroupstaggingapi")
    kinesis.create_stream(StreamName="orders", ShardCount=3)
    arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
    listed = {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": [{"Key": "Env", "Value": "Test"}]}]}
    tagging.meta.events.register("after-call", lambda parsed, **_: parsed.update(listed))  # moto lists none
    row = only(kinesis_streams(kinesis, tagging=tagging))
    assert (row["mode"], row["open_shards"], row["retention_hours"]) == ("PROVISIONED", 3, 24)
    assert row["environment"] == "test"


def test_more_streams_than_the_usual_page(aws):
    kinesis = aws("kinesis")
    for number in range(25):
        kinesis.create_stream(StreamName=f"stream-{number}", ShardCount=1)
    assert kinesis_streams(kinesis).height == 25


def test_a_refused_stream_is_an_error_not_a_missing_row(aws, answers):
    kinesis = aws("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    answers(kinesis, "kinesis.DescribeStreamSummary", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        kinesis_streams(kinesis)


def test_a_function_says_what_it_reserves_and_the_account_what_is_left(aws):
    serverless(aws, 2)
    client = aws("lambda")
    client.put_function_concurrency(FunctionName="function-0", ReservedConcurrentExecutions=25)
    assert lambda_concurrency(client).select("resource_id", "reserved").rows() == [
        ("function-0", 25),
        ("function-1", None),
    ]
    row = only(lambda_limits(client))
    assert (row["concurrent_executions"], row["unreserved_executions"]) == (1000, 975)
    assert row["function_count"] == 2


def test_functions_are_not_asked_one_by_one_when_none_reserves_anything(aws):
    serverless(aws, 3)
    client = aws("lambda")
    sent = asked(client)
    assert lambda_concurrency(client)["reserved"].to_list() == [None] * 3
    assert sent == ["ListFunctions", "GetAccountSettings"]


def test_a_function_deleted_since_it_was_listed_gives_no_row(aws, answers):
    serverless(aws, 2)
    client = aws("lambda")
    client.put_function_concurrency(FunctionName="function-1", ReservedConcurrentExecutions=5)
    client.meta.events.register_first(
        "before-parameter-build.lambda.GetFunctionConcurrency",
        lambda params, **_: params["FunctionName"] == "function-0" and params.update(FunctionName="gone"),
    )
    assert lambda_concurrency(client)["resource_id"].to_list() == ["function-1"]


def test_dynamodb_allows_so_much(aws):
    row = only(dynamodb_limits(aws("dynamodb")))
    assert (row["account_read_capacity"], row["table_write_capacity"]) == (20_000, 10_000)


def test_a_quota_names_the_metric_that_counts_its_use(aws):
    row = only(service_quotas(aws("service-quotas"), ["ec2/L-1216C47A"]))
    assert (row["service_code"], row["quota_code"], row["value"]) == ("ec2", "L-1216C47A", 256.0)
    assert (row["usage_namespace"], row["usage_metric"]) == ("AWS/Usage", "ResourceCount")
    assert row["usage_dimensions"] == [
        {"key": "Class", "value": "Standard/OnDemand"},
        {"key": "Resource", "value": "vCPU"},
        {"key": "Service", "value": "EC2"},
        {"key": "Type", "value": "Resource"},
    ]


def test_a_quota_nobody_counts_names_none(aws):
    row = only(service_quotas(aws("service-quotas"), ["rds/L-7B6409FD"]))
    assert (row["usage_metric"], row["usage_dimensions"]) == (None, [])


def test_a_service_not_offered_in_the_region_has_no_quotas(aws, answers):
    quotas = aws("service-quotas")
    answers(quotas, "service-quotas.ListServiceQuotas", "NoSuchResourceException", only_for="rds")
    assert set(service_quotas(quotas)["service_code"]) & {"ec2", "rds"} == {"ec2"}


def test_a_scaling_target_says_how_far_it_may_go(aws):
    scaling = aws("application-autoscaling")
    aws("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/orders",
        ScalableDimension="dynamodb:table:WriteCapacityUnits",
        MinCapacity=5,
        MaxCapacity=400,
        SuspendedState={"DynamicScalingOutSuspended": True},
    )
    row = only(scaling_targets(scaling))
    assert (row["service"], row["target"]) == ("dynamodb", "table/orders")
    assert (row["min_capacity"], row["max_capacity"], row["scale_out_suspended"]) == (5, 400, True)


@pytest.mark.parametrize(("asked", "most"), [({"MaxAllocatedStorage": 500}, 500), ({}, None)])
def test_a_database_says_how_far_its_storage_may_grow(asked, most, aws):
    aws("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.m5.large",
        Engine="postgres",
        AllocatedStorage=400,
        StorageType="gp3",
        Iops=12_000,
        StorageThroughput=500,
        **asked,
    )
    row = only(rds_instances(aws("rds")))
    assert (row["max_allocated_gib"], row["iops"], row["throughput_mibps"]) == (most, 12_000, 500)


def test_a_gateway_counts_its_addresses(aws):
    addresses(aws("ec2"), network(aws("ec2")), 1)
    assert only(nat_gateways(aws("ec2")))["address_count"] == 1
