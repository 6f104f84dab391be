"""From the table of series to what is read, and from what was read to saturation."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.core.datasets import names, schema
from include.core.errors import PolicyError
from include.core.metrics import METRICS
from include.core.series import SeriesKind, SeriesTable
from include.domains.capacity.catalogue import SATURATION, needs, saturation
from include.policies.capacity import capacity_policy

AT = datetime(2026, 11, 22, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
AT_TYPE = pl.Datetime("us", "UTC")
PLACE = {"account_id": "111111111111", "region": "eu-west-1"}
GIB = 1024**3
OWN = capacity_policy()


def kind(**different):
    """The CPU of an instance, told differently."""
    cpu = {
        "title": "CPU",
        "dataset": "ec2_instances",
        "namespace": "AWS/EC2",
        "metrics": ["CPUUtilization"],
        "statistic": "Maximum",
        "dimensions": {"InstanceId": "resource_id"},
        "unit": "percent",
        "limit": [{"constant": 100}],
        "threshold": 0.8,
        "source": "this test",
    }
    return SeriesKind.model_validate(cpu | different)


def table(**kinds):
    return SeriesTable(series=kinds)


def entities(**rows):
    return {
        name: pl.LazyFrame([PLACE | row for row in all], schema=schema(name)) for name, all in rows.items()
    }


def points(dataset, resource_id, metric, *values, namespace="AWS/EC2", statistic="Maximum", period=3600):
    """One series, an hour between points; no values: asked for, and nothing there."""
    at = [AT + HOUR * n for n in range(len(values))] or [None]
    series = {
        "resource_type": dataset,
        "resource_id": resource_id,
        "namespace": namespace,
        "metric": metric,
        "statistic": statistic,
        "period_seconds": period,
    }
    content = [PLACE | series | {"at": t, "value": v} for t, v in zip(at, values or [None], strict=True)]
    return pl.DataFrame(content, schema=METRICS)


def judged(telemetry, estate, series):
    frame = saturation(pl.concat(telemetry or [METRICS.to_frame()]).lazy(), estate, series).collect()
    assert frame.schema == SATURATION
    return frame.sort("series_kind", "resource_id", "ts")


def one(telemetry, estate, series):
    return judged(telemetry, estate, series).row(0, named=True)


I1 = {"ec2_instances": [{"resource_id": "i-1", "state": "running", "instance_type": "m5.large"}]}


def test_usage_is_a_share_of_its_limit_at_every_moment():
    frame = judged(
        [points("ec2_instances", "i-1", "CPUUtilization", 40.0, 85.0)], entities(**I1), table(cpu=kind())
    )
    assert frame.select(
        "series_kind", "resource_id", "ts", "usage", "limit", "saturation", "reason"
    ).rows() == [
        ("cpu", "i-1", AT, 40.0, 100.0, 0.4, None),
        ("cpu", "i-1", AT + HOUR, 85.0, 100.0, 0.85, None),
    ]


def test_metrics_that_belong_together_are_added_where_all_of_them_have_a_point():
    io = kind(
        metrics=["EBSReadOps", "EBSWriteOps"],
        statistic="Sum",
        per_second=True,
        limit=[{"column": "type_ebs_iops"}],
    )
    read = points("ec2_instances", "i-1", "EBSReadOps", 3_600_000.0, 7_200_000.0, statistic="Sum")
    write = points("ec2_instances", "i-1", "EBSWriteOps", 360_000.0, statistic="Sum")
    frame = judged([read, write], entities(**I1), table(io=io))
    assert frame.select("ts", "usage", "limit").rows() == [(AT, 1_100.0, 3_600.0)]


def test_a_rate_is_per_second_of_its_own_period():
    rate = kind(per_second=True)
    daily = points("ec2_instances", "i-1", "CPUUtilization", 86_400.0, period=86_400)
    assert one([daily], entities(**I1), table(rate=rate))["usage"] == 1.0


DB = {
    "resource_id": "db-1",
    "engine": "postgres",
    "storage_type": "gp3",
    "allocated_gib": 100,
    "instance_class": "db.m5.large",
}


@pytest.mark.parametrize(
    ("series", "row", "usage", "limit"),
    [
        pytest.param("rds_storage", {}, 80 * GIB, 100 * GIB, id="of what is allocated"),
        pytest.param(
            "rds_storage_maximum",
            {"max_allocated_gib": 400},
            80 * GIB,
            400 * GIB,
            id="of how far it may grow",
        ),
    ],
)
def test_free_space_shrinks_and_what_is_used_grows(series, row, usage, limit):
    free = points(
        "rds_instances", "db-1", "FreeStorageSpace", 20.0 * GIB, namespace="AWS/RDS", statistic="Minimum"
    )
    found = one([free], entities(rds_instances=[DB | row]), table(x=OWN.series[series]))
    assert (found["usage"], found["limit"]) == (usage, limit)
    assert found["saturation"] == usage / limit
    assert OWN.series[series].direction == "down"


def test_storage_that_does_not_grow_by_itself_has_no_maximum_and_is_not_unknown():
    free = points(
        "rds_instances", "db-1", "FreeStorageSpace", 20.0 * GIB, namespace="AWS/RDS", statistic="Minimum"
    )
    frame = judged([free], entities(rds_instances=[DB]), table(x=OWN.series["rds_storage_maximum"]))
    assert frame.height == 0


READS = OWN.series["dynamodb_read"]
TABLE = {"resource_id": "orders", "billing_mode": "PROVISIONED", "table_read_capacity": 50}


def target(**different):
    row = {
        "resource_id": "table/orders/r",
        "target": "table/orders",
        "dimension": "dynamodb:table:ReadCapacityUnits",
        "max_capacity": 400,
    }
    return row | different


@pytest.mark.parametrize(
    ("targets", "limit"),
    [
        pytest.param([target()], 400.0, id="what scaling allows"),
        pytest.param([], 50.0, id="else what is provisioned"),
        pytest.param(
            [target(dimension="dynamodb:table:WriteCapacityUnits")], 50.0, id="not what is for writes"
        ),
        pytest.param([target(target="table/other")], 50.0, id="not another table's"),
        pytest.param([target() | {"region": "us-east-1"}], 50.0, id="not another region's"),
    ],
)
def test_the_first_limit_that_is_known_counts(targets, limit):
    read = points(
        "dynamodb_tables",
        "orders",
        "ConsumedReadCapacityUnits",
        36_000.0,
        namespace="AWS/DynamoDB",
        statistic="Sum",
    )
    rows = {
        name: [PLACE | row for row in all]
        for name, all in {"dynamodb_tables": [TABLE], "scaling_targets": targets}.items()
    }
    estate = {name: pl.LazyFrame(all, schema=schema(name)) for name, all in rows.items()}
    found = one([read], estate, table(read=READS))
    assert (found["usage"], found["limit"]) == (10.0, limit)


@pytest.mark.parametrize(("reserved", "limit"), [(25, 25.0), (None, 900.0)])
def test_a_function_without_a_reservation_shares_what_the_account_has_left(reserved, limit):
    estate = entities(
        lambda_concurrency=[{"resource_id": "charge", "reserved": reserved}],
        lambda_limits=[{"resource_id": "lambda", "unreserved_executions": 900}],
    )
    used = points("lambda_concurrency", "charge", "ConcurrentExecutions", 9.0, namespace="AWS/Lambda")
    assert one([used], estate, table(x=OWN.series["lambda_function"]))["limit"] == limit


def test_a_limit_may_be_measured_beside_the_usage():
    series = {"namespace": "AWS/ElastiCache", "statistic": "Average"}
    used = points("elasticache_clusters", "pages", "BytesUsedForCacheItems", 30.0, 60.0, **series)
    left = points("elasticache_clusters", "pages", "UnusedMemory", 70.0, 40.0, **series)
    estate = entities(elasticache_clusters=[{"resource_id": "pages", "engine": "memcached"}])
    frame = judged([used, left], estate, table(x=OWN.series["memcached_memory"]))
    assert frame.select("usage", "limit", "saturation").rows() == [(30.0, 100.0, 0.3), (60.0, 100.0, 0.6)]


def test_growth_has_no_limit_and_nothing_about_it_is_unknown():
    size = points("s3_buckets", "logs", "BucketSizeBytes", 5.0, namespace="AWS/S3", statistic="Average")
    found = one([size], entities(s3_buckets=[{"resource_id": "logs"}]), table(x=OWN.series["s3_bytes"]))
    assert (found["usage"], found["limit"], found["saturation"], found["reason"]) == (5.0, None, None, None)


UNKNOWN = [
    (
        "never asked for",
        [],
        {},
        {},
        None,
        "CloudWatch was not asked for all of AWS/EC2 CPUUtilization (Maximum).",
    ),
    ("asked in vain", [()], {}, {}, None, "CloudWatch has no points of AWS/EC2 CPUUtilization (Maximum)."),
    (
        "no limit",
        [(5.0,)],
        {"limit": [{"column": "type_ebs_iops"}]},
        {"instance_type": "x1.future"},
        5.0,
        "The limit is not known: type_ebs_iops.",
    ),
    (
        "neither limit",
        [(5.0,)],
        {"limit": [{"column": "max_size", "dataset": "autoscaling_groups"}, {"column": "type_ebs_iops"}]},
        {"instance_type": None},
        5.0,
        "The limit is not known: max_size of autoscaling_groups or type_ebs_iops.",
    ),
    (
        "free, but of how much",
        [(5.0,)],
        {"free_of": {"column": "type_ebs_iops"}},
        {"instance_type": None},
        None,
        "What is free is known, but not of how much: type_ebs_iops.",
    ),
]


@pytest.mark.parametrize(
    ("series", "different", "row", "usage", "reason"), [c[1:] for c in UNKNOWN], ids=[c[0] for c in UNKNOWN]
)
def test_what_is_missing_is_unknown_with_a_reason(series, different, row, usage, reason):
    telemetry = [points("ec2_instances", "i-1", "CPUUtilization", *values) for values in series]
    estate = entities(ec2_instances=[I1["ec2_instances"][0] | row])
    found = one(telemetry, estate, table(cpu=kind(**different)))
    assert (found["resource_id"], found["usage"], found["saturation"]) == ("i-1", usage, None)
    assert found["reason"] == reason


def test_a_limit_of_0_is_no_share_of_anything():
    estate = entities(autoscaling_groups=[{"resource_id": "web", "max_size": 0}])
    size = points("autoscaling_groups", "web", "GroupInServiceInstances", 0.0, namespace="AWS/AutoScaling")
    found = one([size], estate, table(x=OWN.series["asg_size"]))
    assert (found["limit"], found["saturation"], found["reason"]) == (0.0, None, "The limit is 0: max_size.")


@pytest.mark.parametrize(
    ("telemetry", "rows"),
    [
        pytest.param([points("ec2_instances", "i-1", "CPUUtilization")], 0, id="asked in vain"),
        pytest.param([], 1, id="never asked for: that is a gap all the same"),
    ],
)
def test_what_only_an_agent_sends_may_be_missing(telemetry, rows):
    assert judged(telemetry, entities(**I1), table(cpu=kind(optional=True))).height == rows


def test_only_the_resources_a_kind_is_about_have_series():
    estate = entities(ec2_instances=[{"resource_id": "i-1", "state": "stopped"}])
    assert judged([], estate, table(cpu=kind(where={"state": ["running"]}))).height == 0


def test_a_dataset_that_could_not_be_read_has_no_rows():
    assert judged([], entities(ebs_volumes=[]), table(cpu=kind())).height == 0
    assert judged([], {}, table(cpu=kind())).height == 0


def test_a_kind_that_is_switched_off_is_neither_read_nor_judged():
    off = table(cpu=kind(enabled=False))
    assert needs(off) == []
    assert judged([], entities(**I1), off).height == 0


def test_two_kinds_may_share_a_metric_and_each_has_its_own_rows():
    both = table(a=kind(), b=kind(limit=[{"constant": 50}]))
    frame = judged([points("ec2_instances", "i-1", "CPUUtilization", 25.0)], entities(**I1), both)
    assert frame.select("series_kind", "saturation").rows() == [("a", 0.25), ("b", 0.5)]
    assert len(needs(both)) == 1


def test_what_is_read_is_what_the_table_says():
    (need,) = needs(SeriesTable(history_days=63, series={"x": OWN.series["ecs_memory"]}))
    assert need[:7] == (
        "ecs_services",
        "AWS/ECS",
        "MemoryUtilization",
        "Maximum",
        "ClusterName",
        "cluster_name",
        63,
    )
    assert (need.also, need.where) == ((("ServiceName", "service_name"),), (("state", ("ACTIVE",)),))


def test_metrics_that_are_a_limit_are_read_too():
    read = needs(table(x=OWN.series["memcached_memory"]))
    assert [need.metric for need in read] == ["BytesUsedForCacheItems", "UnusedMemory"]


WRONG = [
    ({"dataset": "ec2"}, r"series\.cpu\.dataset: no dataset 'ec2'; expected one of amis, "),
    (
        {"where": {"stat": ["on"]}},
        r"series\.cpu\.where: no column 'stat' in ec2_instances; expected one of acc",
    ),
    ({"where": {"type_ebs_iops": ["1"]}}, r"series\.cpu\.where: no column 'type_ebs_iops'"),
    ({"dimensions": {"InstanceId": "instance"}}, r"series\.cpu\.dimensions: no column 'instance'"),
    (
        {"limit": [{"column": "iops"}]},
        r"series\.cpu\.limit: no column 'iops' in ec2_instances; .* type_ebs_iops",
    ),
    ({"limit": [{"column": "value", "dataset": "quotas"}]}, r"series\.cpu\.limit: no dataset 'quotas'"),
    (
        {
            "limit": [
                {"column": "value", "dataset": "service_quotas", "match": {"resource_id": "ec2/{quota}"}}
            ]
        },
        r"series\.cpu\.limit\.match: no column 'quota' in ec2_instances",
    ),
]


@pytest.mark.parametrize(("different", "said"), WRONG)
def test_a_table_that_names_what_is_not_there_says_where(different, said):
    with pytest.raises(PolicyError, match=said):
        needs(table(cpu=kind(**different)))


@pytest.mark.parametrize("name", OWN.series)
def test_every_kind_of_our_own_table_is_read_and_judged(name):
    series = OWN.series[name]
    read = needs(table(x=series))
    assert {need.dataset for need in read} == {series.dataset}
    assert judged([], {one: schema(one).to_frame().lazy() for one in names()}, table(x=series)).height == 0


def test_what_the_issue_asks_for_is_followed():
    followed = {kind.dataset for kind in OWN.series.values()}
    assert followed >= {
        "ec2_instances",
        "autoscaling_groups",
        "rds_instances",
        "ebs_volumes",
        "dynamodb_tables",
        "dynamodb_limits",
        "elasticache_clusters",
        "lambda_concurrency",
        "lambda_limits",
        "kinesis_streams",
        "ecs_services",
        "load_balancers",
        "nat_gateways",
        "s3_buckets",
        "log_groups",
        "service_quotas",
    }


def storage():
    return kind(
        dataset="rds_instances",
        namespace="AWS/RDS",
        metrics=["FreeStorageSpace"],
        statistic="Minimum",
        dimensions={"DBInstanceIdentifier": "resource_id"},
        unit="bytes",
        free_of={"column": "allocated_gib"},
        limit=[{"column": "allocated_gib"}],
    )


@pytest.mark.parametrize(
    ("free", "seen", "used"),
    [
        pytest.param([20, 118, 117], [(2, 200)], [180, 82, 83], id="the first snapshot, for all before it"),
        pytest.param([20, 18, 117], [(0, 100), (1.5, 200)], [80, 82, 83], id="resized, seen at once"),
        pytest.param([20, 118, 117], [(0, 100), (1.5, 200)], [80, 82, 83], id="resized, seen a while later"),
        pytest.param([20, 118, 117], [(0, 100)], [80, 82, 83], id="resized, seen only now"),
        pytest.param([20, 18, 17], [(0, 100), (0.5, None)], [80, 82, 83], id="not told every time"),
    ],
)
def test_what_was_free_was_free_of_what_there_was_then(free, seen, used):
    now = 200 if max(free) > 100 else 100
    row = {"resource_id": "db", "storage_type": "gp3"}
    past = pl.LazyFrame(
        [PLACE | row | {"allocated_gib": gib, "as_of": AT + HOUR * at} for at, gib in seen],
        schema={**schema("rds_instances"), "as_of": AT_TYPE},
    )
    telemetry = points(
        "rds_instances", "db", "FreeStorageSpace", *map(float, free), namespace="AWS/RDS", statistic="Minimum"
    )
    estate = entities(rds_instances=[row | {"allocated_gib": now}])
    newest = pl.concat([past, past.head(1).with_columns(
        allocated_gib=pl.lit(now, pl.Int64), as_of=pl.lit(AT + 9 * HOUR, AT_TYPE)
    )])  # fmt: skip
    frame = saturation(
        telemetry.lazy(), estate, table(storage=storage()), {"rds_instances": newest}
    ).collect()
    assert frame.sort("ts")["usage"].to_list() == used
    assert set(frame["limit"]) == {now}
