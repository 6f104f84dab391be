"""What is recommended for each kind of series, as it can be bought, and by which action."""

from datetime import date

import pytest

from include.aws import act
from include.core.discovery import modules
from include.domains.capacity import remedies
from include.domains.capacity.busy_hours import BusyHours
from include.domains.capacity.remedies._remedy import Due, Price, cost, up
from include.policies.capacity import capacity_policy

GIB, MIB = 1024**3, 1024**2
READ = "dynamodb:table:ReadCapacityUnits"
DB = {"instance_class": "db.m5.large", "engine": "postgres", "multi_az": True, "storage_type": "gp3",
      "allocated_gib": 100, "iops": None, "throughput_mibps": None, "cluster_id": None}  # fmt: skip
VOLUME = {"volume_type": "gp3", "size_gib": 100, "iops": 3000, "throughput_mibps": 125}
TABLE = {"resource_id": "t"}
GROUP = {"min_size": 2, "max_size": 8, "desired_capacity": 4, "instance_ids": ["i-1"],
         "scheduled_actions": [], "scaling_policies": []}  # fmt: skip
INSTANCE = {
    "instance_type": "m5.large",
    "platform": "linux",
    "lifecycle": "on-demand",
    "managed_by": None,
    "volume_ids": ["vol-1"],
}
QUOTA = {"service_code": "ec2", "quota_code": "L-1", "adjustable": True}


def due(kind, resource, limit, need, *, others=None, prices=None, busy=None):
    rows, known = others or {}, prices or {}
    return Due(
        kind, "units", resource, limit, need,
        lambda dataset, name: rows.get((dataset, name)),
        lambda sku: Price(known[sku], "this test", date(2026, 1, 1)) if sku in known else None,
        lambda: busy,
    )  # fmt: skip


def remedy(one):
    found = [module for module in modules(remedies.__name__).values() if one.kind in module.KINDS]
    assert len(found) == 1
    return found[0].remedy(one)


@pytest.mark.parametrize("kind", [name for name, kind in capacity_policy().series.items() if kind.limit])
def test_every_kind_that_runs_out_has_one_remedy(kind):
    assert sum(kind in module.KINDS for module in modules(remedies.__name__).values()) == 1


def test_no_remedy_is_for_a_kind_that_is_not_there():
    named = {kind for module in modules(remedies.__name__).values() for kind in module.KINDS}
    assert named <= set(capacity_policy().series)


TARGET = {"resource_id": f"table/t/{READ}", "min_capacity": 5, "max_capacity": 10}
SCALED = {("scaling_targets", TARGET["resource_id"]): TARGET}
SERVICE = {
    "resource_id": "c/s", "desired_count": 4, "scheduling": "REPLICA", "launch_type": "FARGATE",
    "capacity_providers": [], "task_cpu_units": 512, "task_memory_mib": 1024, "task_os": "LINUX",
    "task_architecture": "X86_64", "task_ephemeral_gib": None,
}  # fmt: skip
CACHE = {"node_type": "cache.r7g.large", "engine": "redis", "node_count": 2, "replication_group_id": None}
NAT = {"address_count": 1, "connectivity_type": "public"}
ECS = "ecs:service:DesiredCount"
SCALED_SERVICE = {
    ("scaling_targets", f"service/c/s/{ECS}"): {
        "resource_id": f"service/c/s/{ECS}", "min_capacity": 2, "max_capacity": 10,
    }
}  # fmt: skip
OFFICE = BusyHours((0, 1, 2, 3, 4), 8, 10, "Europe/Berlin")
TYPES = {"ec2:m5.large:linux": 0.1, "ec2:m5.xlarge:linux": 0.2}


@pytest.mark.parametrize(
    ("one", "action", "params", "limit"),
    [
        pytest.param(due("asg_size", GROUP, 8, 10.2), "autoscaling.set_group_limits", {"max_size": 11}, 11,
                     id="a group grows further"),
        pytest.param(due("asg_cpu", GROUP, 100, 150), "autoscaling.set_group_limits",
                     {"min_size": 6, "desired_capacity": 6, "max_size": 8}, 150, id="a group runs more"),
        pytest.param(due("asg_cpu", GROUP, 100, 300), "autoscaling.set_group_limits",
                     {"min_size": 12, "desired_capacity": 12, "max_size": 12}, 300, id="beyond its maximum"),
        pytest.param(due("ec2_cpu", INSTANCE, 100, 150), "ec2.modify_instance_type",
                     {"instance_type": "m5.xlarge"}, 200, id="the next size"),
        pytest.param(due("ec2_cpu", INSTANCE, 100, 300), "ec2.modify_instance_type",
                     {"instance_type": "m5.2xlarge"}, 400, id="two sizes up"),
        pytest.param(due("ec2_cpu", INSTANCE | {"managed_by": "autoscaling"}, 100, 150), None, {}, 200,
                     id="of a fleet only its template"),
        pytest.param(due("ec2_cpu", INSTANCE, 100, 10_000), None, {}, None, id="no type is as large"),
        pytest.param(due("ec2_disk", INSTANCE, 100, 120, others={("ebs_volumes", "vol-1"): VOLUME}),
                     "ec2.modify_volume", {"size_gib": 120}, 120, id="the only disk"),
        pytest.param(due("ec2_disk", INSTANCE | {"volume_ids": ["vol-1", "vol-2"]}, 100, 120), None, {}, None,
                     id="which disk is not known"),
        pytest.param(due("rds_storage", DB, 100 * GIB, 140.5 * GIB), "rds.modify_storage",
                     {"allocated_gib": 141}, 141 * GIB, id="whole GiB"),
        pytest.param(due("rds_storage", DB, 100 * GIB, 101 * GIB), "rds.modify_storage",
                     {"allocated_gib": 110}, 110 * GIB, id="RDS grows by a tenth at least"),
        pytest.param(due("rds_storage_maximum", DB, 150 * GIB, 200 * GIB), "rds.modify_storage",
                     {"max_allocated_gib": 200}, 200 * GIB, id="how far it may grow by itself"),
        pytest.param(due("rds_cpu", DB, 100, 150), "rds.modify_instance_class",
                     {"instance_class": "db.m5.xlarge"}, 200, id="a larger class"),
        pytest.param(due("rds_cpu", DB | {"cluster_id": "c"}, 100, 150), None, {}, 200, id="of a cluster"),
        pytest.param(due("rds_iops", DB | {"iops": 3000}, 3000, 5000), "rds.modify_storage",
                     {"allocated_gib": 400}, 12000, id="gp3 of less than 400 GiB is given more of them"),
        pytest.param(due("rds_iops", DB | {"iops": 3000, "allocated_gib": 390}, 3000, 5000),
                     "rds.modify_storage", {"allocated_gib": 429}, 12000, id="by a tenth at least"),
        pytest.param(due("rds_iops", DB | {"iops": 3000}, 3000, 13000), None, {}, None,
                     id="of that not enough"),
        pytest.param(due("rds_iops", DB | {"iops": 12000, "allocated_gib": 400}, 12000, 15000),
                     "rds.modify_storage",
                     {"iops": 15000}, 15000, id="more of what is provisioned"),
        pytest.param(due("rds_iops", DB | {"iops": 12000}, 3600, 5000), "rds.modify_instance_class",
                     {"instance_class": "db.m5.xlarge"}, 6000, id="where the class is the limit"),
        pytest.param(due("ebs_iops", VOLUME, 3000, 4500.1), "ec2.modify_volume",
                     {"volume_type": "gp3", "iops": 4501, "throughput_mibps": 125}, 4501, id="gp3 IOPS"),
        pytest.param(due("ebs_throughput", VOLUME, 125 * MIB, 200 * MIB), "ec2.modify_volume",
                     {"volume_type": "gp3", "iops": 3000, "throughput_mibps": 200}, 200 * MIB, id="MiB/s"),
        pytest.param(due("ebs_burst", VOLUME | {"volume_type": "gp2", "iops": 300, "throughput_mibps": None},
                         100, 110), "ec2.modify_volume",
                     {"volume_type": "gp3", "iops": 3000, "throughput_mibps": 125}, None, id="no credits"),
        pytest.param(due("ebs_iops", VOLUME | {"size_gib": 4}, 3000, 9000), None, {}, None, id="too small"),
        pytest.param(due("ebs_burst", VOLUME | {"volume_type": "st1"}, 100, 110), None, {}, None, id="st1"),
        pytest.param(due("ebs_iops", VOLUME | {"volume_type": "io1"}, 3000, 4000), "ec2.modify_volume",
                     {"volume_type": "io1", "iops": 4000}, 4000, id="io1"),
        pytest.param(due("dynamodb_read", TABLE, 10, 14), "dynamodb.set_capacity", {"read_capacity": 14},
                     14, id="a table's own reads"),
        pytest.param(due("dynamodb_write", TABLE, 7, 9), "dynamodb.set_capacity", {"write_capacity": 9}, 9,
                     id="a table's own writes"),
        pytest.param(due("dynamodb_read", TABLE, 10, 14, others=SCALED),
                     "applicationautoscaling.set_scaling_target",
                     {"namespace": "dynamodb", "dimension": READ, "min_capacity": 5, "max_capacity": 14}, 14,
                     id="a table's scaling target"),
        pytest.param(due("lambda_function", {"reserved": 50}, 50, 60,
                         others={("lambda_limits", "lambda"): {"unreserved_executions": 500}}),
                     "lambda.set_reserved_concurrency", {"reserved": 60}, 60, id="a reservation"),
        pytest.param(due("lambda_function", {"reserved": 50}, 50, 60,
                         others={("lambda_limits", "lambda"): {"unreserved_executions": 105}}),
                     None, {}, None, id="what has to stay unreserved"),
        pytest.param(due("kinesis_in_bytes", {"open_shards": 4}, 4 * MIB, 6 * MIB), "kinesis.set_shard_count",
                     {"shards": 6}, 6 * MIB, id="shards"),
        pytest.param(due("kinesis_in_bytes", {"open_shards": 4}, 4 * MIB, 9 * MIB), "kinesis.set_stream_mode",
                     {"mode": "ON_DEMAND"}, None, id="more than twice the shards"),
        pytest.param(due("ecs_cpu", SERVICE, 100, 130), "ecs.set_desired_count", {"desired_count": 6}, 150,
                     id="tasks"),
        pytest.param(due("ecs_tasks", SERVICE, 10, 12,
                         others=SCALED_SERVICE),
                     "applicationautoscaling.set_scaling_target",
                     {"namespace": "ecs", "dimension": ECS, "min_capacity": 2, "max_capacity": 12}, 12,
                     id="a service's auto scaling"),
        pytest.param(due("ecs_cpu", SERVICE | {"scheduling": "DAEMON"}, 100, 130), None, {}, None,
                     id="DAEMON"),
        pytest.param(due("ecs_memory", SERVICE, 100, 130), None, {}, 200, id="Fargate's next size"),
        pytest.param(due("ecs_memory", SERVICE, 100, 500), None, {}, 500, id="a size with more CPU"),
        pytest.param(due("ecs_memory", SERVICE | {"launch_type": "EC2"}, 100, 130), None, {}, None,
                     id="memory is per task"),
        pytest.param(due("ecs_memory", SERVICE | {"task_memory_mib": None}, 100, 130), None, {}, None,
                     id="of what size is not known"),
        pytest.param(due("ecs_memory", SERVICE, 100, 13_000), None, {}, None, id="beyond what Fargate has"),
        pytest.param(due("quota", QUOTA, 100, 120), "servicequotas.request_increase",
                     {"service_code": "ec2", "quota_code": "L-1", "desired_value": 120.0}, 120, id="a quota"),
        pytest.param(due("quota", QUOTA | {"adjustable": False}, 100, 120), None, {}, None, id="fixed"),
        pytest.param(due("nat_connections", NAT, 55_000, 100_000), None, {}, 110_000, id="addresses"),
        pytest.param(due("elasticache_memory", CACHE, 100, 130), None, {}, 200, id="a cache"),
        pytest.param(due("elasticache_engine_cpu", CACHE, 100, 130), None, {}, None, id="an engine thread"),
    ],
)  # fmt: skip
def test_the_limit_is_what_can_be_bought_and_carries_the_need(one, action, params, limit):
    found = remedy(one)
    assert (found.action, dict(found.params), found.limit) == (action, params, limit)
    assert found.limit is None or found.limit >= one.need
    assert found.says.endswith(".")
    assert found.action is None or found.action in modules(act.__name__)


FARGATE = {"fargate:linux:x86:vcpu-hour": 0.04, "fargate:linux:x86:gib-hour": 0.005}
ARM = {"fargate:linux:arm:vcpu-hour": 0.03, "fargate:linux:arm:gib-hour": 0.004}
WINDOWS = {
    "fargate:windows:x86:vcpu-hour": 0.05,
    "fargate:windows:x86:gib-hour": 0.006,
    "fargate:windows:licence:vcpu-hour": 0.046,
}
GP3 = DB | {"allocated_gib": 400, "iops": 12_000, "throughput_mibps": 500, "multi_az": False}
RDS_IOPS, RDS_MIBPS = {"rds:gp3:iops-month": 0.02}, {"rds:gp3:mibps-month": 0.08}
NODES = {"elasticache:cache.r7g.large:redis": 0.2, "elasticache:cache.r7g.xlarge:redis": 0.4}
ADDRESS = {"eip:in-use:hour": 0.005}


def tasks(prices=None, kind="ecs_cpu", need=130, others=None, **different):
    """Four tasks of half a vCPU and 1 GiB, of which six are needed."""
    return due(
        kind, SERVICE | different, 100, need, prices=FARGATE if prices is None else prices, others=others
    )


@pytest.mark.parametrize(
    ("one", "usd"),
    [
        pytest.param(due("ec2_cpu", INSTANCE, 100, 150, prices=TYPES),
                     73.0, id="the difference of two types"),
        pytest.param(due("ec2_cpu", INSTANCE, 100, 150, prices={"ec2:m5.xlarge:linux": 0.2}), None,
                     id="one of them unknown"),
        pytest.param(due("ec2_cpu", INSTANCE | {"lifecycle": "spot"}, 100, 150,
                         prices=TYPES), None, id="spot"),
        pytest.param(due("rds_storage", DB, 100 * GIB, 140 * GIB, prices={"rds:gp3:gib-month": 0.1}), 8.0,
                     id="both zones' storage"),
        pytest.param(due("rds_storage_maximum", DB, 150 * GIB, 200 * GIB, prices={"rds:gp3:gib-month": 0.1}),
                     10.0, id="storage it may grow to, in both zones"),
        pytest.param(due("rds_storage_maximum", DB, 150 * GIB, 200 * GIB), None, id="storage of no price"),
        pytest.param(due("rds_iops", GP3, 12_000, 15_000, prices=RDS_IOPS), 60.0,
                     id="RDS IOPS beyond the included 12,000"),
        pytest.param(due("rds_iops", GP3 | {"multi_az": True}, 12_000, 15_000, prices=RDS_IOPS), 120.0,
                     id="in both zones"),
        pytest.param(due("rds_iops", GP3 | {"engine": "sqlserver-se", "iops": 3_000}, 3_000, 5_000,
                         prices=RDS_IOPS), 40.0, id="SQL Server has 3,000"),
        pytest.param(due("rds_iops", GP3 | {"engine": "oracle-se2", "allocated_gib": 200}, 12_000, 13_000,
                         prices=RDS_IOPS), 20.0, id="Oracle stripes from 200 GiB on"),
        pytest.param(due("rds_iops", GP3 | {"allocated_gib": 300, "iops": 3_000}, 3_000, 5_000,
                         prices=RDS_IOPS | {"rds:gp3:gib-month": 0.1}), 10.0, id="RDS storage for its IOPS"),
        pytest.param(due("rds_iops", GP3 | {"storage_type": "io1", "iops": 3_000}, 3_000, 5_000,
                         prices={"rds:io1:iops-month": 0.1}), 200.0, id="io1 includes none"),
        pytest.param(due("rds_iops", GP3, 12_000, 15_000), None, id="RDS IOPS of no price"),
        pytest.param(due("rds_throughput", GP3, 500 * MIB, 600 * MIB, prices=RDS_MIBPS), 8.0,
                     id="RDS throughput beyond the included 500 MiB/s"),
        pytest.param(due("ebs_iops", VOLUME, 3000, 4000, prices={"ebs:gp3:iops-month": 0.005}), 5.0,
                     id="only what is beyond the included"),
        pytest.param(due("ebs_throughput", VOLUME, 125 * MIB, 225 * MIB,
                         prices={"ebs:gp3:mibps-month": 0.04}), 4.0, id="EBS throughput beyond the included"),
        pytest.param(due("asg_size", GROUP, 8, 10, prices={"ec2:m5.large:linux": 0.1},
                         others={("ec2_instances", "i-1"): INSTANCE}), 146.0, id="as if all ran all month"),
        pytest.param(due("asg_size", GROUP, 8, 10), None, id="of what type is not known"),
        pytest.param(due("asg_cpu", GROUP, 100, 150, busy=OFFICE, prices={"ec2:m5.large:linux": 0.1},
                         others={("ec2_instances", "i-1"): INSTANCE}), 2 * 55 * 730 / 168 * 0.1,
                     id="the hours of the schedule only"),
        pytest.param(due("dynamodb_read", TABLE, 10, 20, prices={"dynamodb:rcu:hour": 0.0001}), 0.73,
                     id="units"),
        pytest.param(due("kinesis_in_bytes", {"open_shards": 4}, 4 * MIB, 6 * MIB,
                         prices={"kinesis:shard:hour": 0.015}), 21.9, id="two shards"),
        pytest.param(due("kinesis_in_bytes", {"open_shards": 4}, 4 * MIB, 6 * MIB), None,
                     id="shards of no price"),
        pytest.param(due("kinesis_in_bytes", {"open_shards": 4}, 4 * MIB, 9 * MIB,
                         prices={"kinesis:shard:hour": 0.015}), None, id="on demand: by traffic"),
        # 2 tasks x (0.5 vCPU x 0.04 + 1 GiB x 0.005) x 730 h
        pytest.param(tasks(), 36.5, id="two Fargate tasks"),
        pytest.param(tasks(launch_type=None, capacity_providers=["FARGATE"]), 36.5, id="by a provider"),
        pytest.param(tasks(FARGATE | ARM, task_architecture="ARM64"), 27.74, id="on ARM"),
        pytest.param(tasks(FARGATE | WINDOWS, task_os="WINDOWS_SERVER_2022_CORE"), 78.84,
                     id="on Windows with its licence"),
        pytest.param(tasks({**FARGATE, "fargate:ephemeral:gib-hour": 0.0001}, task_ephemeral_gib=50), 40.88,
                     id="with 30 GiB of disk beyond the included"),
        pytest.param(tasks(task_ephemeral_gib=50), None, id="disk of no price"),
        pytest.param(tasks(ARM), None, id="another architecture's prices"),
        pytest.param(tasks({"fargate:linux:x86:vcpu-hour": 0.04}), None, id="memory of no price"),
        pytest.param(tasks(launch_type=None, capacity_providers=["FARGATE", "FARGATE_SPOT"]), None,
                     id="partly on Spot"),
        pytest.param(tasks(launch_type="EC2"), None, id="on hosts of their own"),
        pytest.param(tasks(launch_type=None, capacity_providers=["own"]), None, id="on an own provider"),
        pytest.param(tasks(task_cpu_units=None, task_memory_mib=None, task_os=None, task_architecture=None),
                     None, id="a definition that could not be read"),
        pytest.param(tasks(kind="ecs_tasks", need=103, others=SCALED_SERVICE), 54.75,
                     id="the maximum, as if all ran all month"),
        # 4 tasks x 1 GiB more x 0.005 x 730 h
        pytest.param(tasks(kind="ecs_memory"), 14.6, id="memory of all tasks"),
        pytest.param(tasks(kind="ecs_memory", task_ephemeral_gib=50), 14.6, id="their disk stays as it is"),
        pytest.param(tasks(kind="ecs_memory", launch_type="EC2"), None, id="memory of hosts"),
        pytest.param(due("nat_connections", NAT, 55_000, 100_000, prices=ADDRESS), 3.65, id="an address"),
        pytest.param(due("nat_connections", NAT, 55_000, 100_000), None, id="an address of no price"),
        pytest.param(due("elasticache_memory", CACHE, 100, 130, prices=NODES), 292.0, id="two larger nodes"),
        pytest.param(due("elasticache_memory", CACHE | {"engine": "valkey"}, 100, 130, prices=NODES), None,
                     id="another engine's prices"),
        pytest.param(due("elasticache_engine_cpu", CACHE, 100, 130, prices=NODES), None, id="shards"),
    ],
)  # fmt: skip
def test_what_it_costs_more_or_null(one, usd):
    found = remedy(one).cost
    assert (found and found.usd_month) == (usd and pytest.approx(usd))


LIMITS = {("lambda_limits", "lambda"): {"unreserved_executions": 500}}
REQUEST = {("service_quotas", "lambda/L-B99A9384"): {"adjustable": True}}


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(due("lambda_function", {"reserved": 50}, 50, 60, others=LIMITS), id="a reservation"),
        pytest.param(due("lambda_function", {"reserved": 50}, 50, 60), id="a reservation not to be had yet"),
        pytest.param(due("lambda_function", {"reserved": None}, 900, 950), id="what functions share"),
        pytest.param(due("lambda_account", {}, 1000, 1200, others=REQUEST), id="the account's, asked for"),
        pytest.param(due("lambda_account", {}, 1000, 1200), id="the account's"),
        pytest.param(due("quota", QUOTA, 100, 120), id="a quota"),
        pytest.param(due("dynamodb_account_read", {"resource_id": "t"}, 100, 120), id="an account's tables"),
        pytest.param(due("dynamodb_write_on_demand", TABLE, 100, 120), id="a table on demand"),
        pytest.param(due("nat_connections", NAT | {"connectivity_type": "private"}, 55_000, 100_000),
                     id="private addresses"),
    ],
)  # fmt: skip
def test_what_aws_gives_free_costs_nothing_and_says_so(one):
    found = remedy(one)
    assert found.cost.usd_month == 0
    assert found.cost.source.startswith("AWS charges nothing for ")
    assert "free" in found.says or one.kind == "nat_connections"


def test_a_quota_that_aws_raises_for_nobody_has_no_price():
    assert remedy(due("quota", QUOTA | {"adjustable": False}, 100, 120)).cost is None


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (tasks(launch_type="EC2"), "hosts of their own"),
        (tasks(launch_type=None, capacity_providers=["FARGATE_SPOT"]), "Fargate Spot"),
        (tasks(task_cpu_units=None, task_memory_mib=None, task_os=None), "could not be read"),
        (due("kinesis_in_bytes", {"open_shards": 4}, 4 * MIB, 9 * MIB), "not known here"),
        (due("elasticache_engine_cpu", CACHE, 100, 130), "price is not known"),
    ],
)
def test_why_there_is_no_price_is_said(one, said):
    found = remedy(one)
    assert found.cost is None
    assert said in found.says


def test_what_fargate_prices_are_of_needs_no_reason():
    assert remedy(tasks()).says == "Run 6 tasks instead of 4."
    scaled = remedy(tasks(kind="ecs_tasks", need=103, others=SCALED_SERVICE))
    assert scaled.says.endswith("The price is that of all of them, all month.")


def test_one_unknown_price_makes_the_sum_unknown():
    known = Price(1.0, "a", date(2026, 1, 1))
    assert cost((1, known), (2, None)) is None
    assert cost((1, known), (0, None)).usd_month == 1.0


@pytest.mark.parametrize(
    ("value", "step", "found"), [(10.0, 1, 10), (10.0000000001, 1, 10), (10.1, 1, 11), (11, 5, 15)]
)
def test_rounding_up_forgives_a_rounding_error(value, step, found):
    assert up(value, step) == found


def plan(busy=OFFICE, need=150, **group):
    return remedy(due("asg_cpu", GROUP | group, 100, need, busy=busy))


UP, DOWN = "watchkeeper-raise", "watchkeeper-return"
ZONE = {"time_zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("found", "up_at", "down_at", "raised", "back"),
    [
        pytest.param(plan(), "0 7 * * 1,2,3,4,5", "0 18 * * 1,2,3,4,5", {"min_size": 6},
                     {"min_size": 2, "desired_capacity": 4}, id="office hours"),
        pytest.param(plan(need=300), "0 7 * * 1,2,3,4,5", "0 18 * * 1,2,3,4,5",
                     {"min_size": 12, "max_size": 12}, {"min_size": 2, "max_size": 8, "desired_capacity": 4},
                     id="the maximum too, where it must be"),
        pytest.param(plan(scaling_policies=["target"]), "0 7 * * 1,2,3,4,5", "0 18 * * 1,2,3,4,5",
                     {"min_size": 6}, {"min_size": 2}, id="policies scale in by themselves"),
        pytest.param(plan(OFFICE._replace(days=(5, 6), begins=20, hours=6)), "0 19 * * 0,6", "0 2 * * 0,1",
                     {"min_size": 6}, {"min_size": 2, "desired_capacity": 4}, id="beyond midnight"),
        pytest.param(plan(OFFICE._replace(days=(0, 6), begins=0, hours=24 - 4)), "0 23 * * 0,6",
                     "0 20 * * 0,1", {"min_size": 6}, {"min_size": 2, "desired_capacity": 4},
                     id="from midnight on, so that it begins the day before"),
    ],
)  # fmt: skip
def test_a_group_that_is_busy_at_the_same_hours_of_the_week_gets_a_schedule(
    found, up_at, down_at, raised, back
):
    assert found.action == "autoscaling.set_schedule"
    assert found.params == {
        "scheduled": {
            UP: {"recurrence": up_at, **ZONE, **raised},
            DOWN: {"recurrence": down_at, **ZONE, **back},
        }
    }
    step = act.action(found.action)
    step.after({"scheduled": dict.fromkeys((UP, DOWN))}, dict(found.params))


@pytest.mark.parametrize(
    ("found", "action", "says"),
    [
        pytest.param(plan(), "autoscaling.set_schedule",
                     "Monday to Friday from 08:00 to 18:00 (Europe/Berlin), and an hour before", id="free"),
        pytest.param(plan(None), "autoscaling.set_group_limits", "Run 6 instances instead of 4.",
                     id="busy all week"),
        pytest.param(plan(scheduled_actions=["night"]), "autoscaling.set_group_limits",
                     "beside those it has: night.", id="a schedule of its own"),
        pytest.param(plan(scheduled_actions=None), "autoscaling.set_group_limits",
                     "it is not known whether it has scheduled actions", id="not known"),
        pytest.param(plan(scheduled_actions=[UP, DOWN]), None, "run more instances already", id="ours"),
        pytest.param(plan(None, scheduled_actions=[UP, DOWN]), None, "run more instances already",
                     id="ours, and now busy all week"),
    ],
)  # fmt: skip
def test_there_is_never_a_second_schedule(found, action, says):
    assert found.action == action
    assert says in found.says
