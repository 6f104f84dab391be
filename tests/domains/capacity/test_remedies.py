"""What is recommended for each kind of series, as it can be bought, and by which action."""

from datetime import date

import pytest

from include.aws import act
from include.core.discovery import modules
from include.domains.capacity import remedies
from include.domains.capacity.remedies._remedy import Due, Price, cost, up
from include.policies.capacity import capacity_policy

GIB, MIB = 1024**3, 1024**2
READ = "dynamodb:table:ReadCapacityUnits"
DB = {"instance_class": "db.m5.large", "engine": "postgres", "multi_az": True, "storage_type": "gp3",
      "allocated_gib": 100, "iops": None, "throughput_mibps": None, "cluster_id": None}  # fmt: skip
VOLUME = {"volume_type": "gp3", "size_gib": 100, "iops": 3000, "throughput_mibps": 125}
TABLE = {"resource_id": "t"}
GROUP = {"min_size": 2, "max_size": 8, "desired_capacity": 4, "instance_ids": ["i-1"]}
INSTANCE = {
    "instance_type": "m5.large",
    "platform": "linux",
    "lifecycle": "on-demand",
    "managed_by": None,
    "volume_ids": ["vol-1"],
}
QUOTA = {"service_code": "ec2", "quota_code": "L-1", "adjustable": True}


def due(kind, resource, limit, need, *, others=None, prices=None):
    rows, known = others or {}, prices or {}
    return Due(
        kind, "units", resource, limit, need,
        lambda dataset, name: rows.get((dataset, name)),
        lambda sku: Price(known[sku], "this test", date(2026, 1, 1)) if sku in known else None,
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
SERVICE = {"resource_id": "c/s", "desired_count": 4, "scheduling": "REPLICA"}
ECS = "ecs:service:DesiredCount"
SCALED_SERVICE = {
    ("scaling_targets", f"service/c/s/{ECS}"): {
        "resource_id": f"service/c/s/{ECS}", "min_capacity": 2, "max_capacity": 10,
    }
}  # fmt: skip
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
        pytest.param(due("rds_iops", DB | {"iops": 12000}, 12000, 15000), "rds.modify_storage",
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
        pytest.param(due("ecs_memory", SERVICE, 100, 130), None, {}, None, id="memory is per task"),
        pytest.param(due("quota", QUOTA, 100, 120), "servicequotas.request_increase",
                     {"service_code": "ec2", "quota_code": "L-1", "desired_value": 120.0}, 120, id="a quota"),
        pytest.param(due("quota", QUOTA | {"adjustable": False}, 100, 120), None, {}, None, id="fixed"),
        pytest.param(due("nat_connections", {}, 55_000, 100_000), None, {}, 110_000, id="addresses"),
        pytest.param(due("elasticache_memory", {"node_type": "cache.r7g.large"}, 100, 130), None, {}, None,
                     id="a cache"),
    ],
)  # fmt: skip
def test_the_limit_is_what_can_be_bought_and_carries_the_need(one, action, params, limit):
    found = remedy(one)
    assert (found.action, dict(found.params), found.limit) == (action, params, limit)
    assert found.limit is None or found.limit >= one.need
    assert found.says.endswith(".")
    assert found.action is None or found.action in modules(act.__name__)


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
        pytest.param(due("ebs_iops", VOLUME, 3000, 4000, prices={"ebs:gp3:iops-month": 0.005}), 5.0,
                     id="only what is beyond the included"),
        pytest.param(due("asg_size", GROUP, 8, 10, prices={"ec2:m5.large:linux": 0.1},
                         others={("ec2_instances", "i-1"): INSTANCE}), 146.0, id="as if all ran all month"),
        pytest.param(due("asg_size", GROUP, 8, 10), None, id="of what type is not known"),
        pytest.param(due("dynamodb_read", TABLE, 10, 20, prices={"dynamodb:rcu:hour": 0.0001}), 0.73,
                     id="units"),
    ],
)  # fmt: skip
def test_what_it_costs_more_or_null(one, usd):
    found = remedy(one).cost
    assert (found and found.usd_month) == (usd and pytest.approx(usd))


def test_one_unknown_price_makes_the_sum_unknown():
    known = Price(1.0, "a", date(2026, 1, 1))
    assert cost((1, known), (2, None)) is None
    assert cost((1, known), (0, None)).usd_month == 1.0


@pytest.mark.parametrize(
    ("value", "step", "found"), [(10.0, 1, 10), (10.0000000001, 1, 10), (10.1, 1, 11), (11, 5, 15)]
)
def test_rounding_up_forgives_a_rounding_error(value, step, found):
    assert up(value, step) == found
