"""What is refused, what is only warned of, and that the row is named."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from include.core import datasets
from include.core.discovery import modules
from include.core.errors import WatchkeeperError
from include.quality import Failure
from tests.quality.conftest import AS_OF, points, rows

LATE = AS_OF + timedelta(days=2)
R1 = "111111111111/eu-west-1/r-1"


def test_every_dataset_has_a_suite():
    assert set(modules("include.quality.suites")) == {*datasets.names(), "metrics"}


def test_a_dataset_without_a_suite_is_refused_with_the_file_to_add(judged):
    with pytest.raises(WatchkeeperError, match=r"dataset gaps: .*Add include/quality/suites/gaps.py"):
        judged("gaps", rows("amis"))


@pytest.mark.parametrize("dataset", datasets.names())
def test_believable_rows_are_sound_and_raise_no_warning(judged, dataset):
    assert judged(dataset, rows(dataset, {}, {})) == (True, [])


@pytest.mark.parametrize("dataset", datasets.names())
def test_no_rows_are_sound(judged, dataset):
    assert judged(dataset, rows(dataset)) == (True, [])


CRITICAL: list[tuple[str, Mapping[str, Any], str]] = [
    ("amis", {"resource_id": None}, "resource_id: expected a value in every row"),
    ("amis", {"account_id": None}, "account_id: expected a value in every row"),
    ("amis", {"account_id": "1111"}, "account_id: expected twelve digits"),
    ("amis", {"region": "europe"}, "region: expected an AWS region such as eu-west-1"),
    (
        "amis",
        {"created_at": LATE},
        "created_at: expected a time before 2026-11-17 05:00 UTC",
    ),
    ("autoscaling_groups", {"min_size": 5}, "min_size: expected no more than max_size"),
    ("autoscaling_groups", {"min_size": -1}, "min_size: expected at least 0"),
    (
        "dynamodb_tables",
        {"billing_mode": "FREE"},
        "billing_mode: expected one of PROVISIONED,",
    ),
    (
        "dynamodb_tables",
        {"table_read_capacity": 9},
        "table_read_capacity: expected no more than",
    ),
    (
        "dynamodb_limits",
        {"table_read_capacity": 90_000},
        "table_read_capacity: expected no more than account_read_capacity",
    ),
    ("ecs_services", {"cluster_name": None}, "cluster_name: expected a value in every row"),
    ("ecs_services", {"task_cpu_units": 0}, "task_cpu_units: expected at least 1"),
    ("ecs_services", {"running_count": -1}, "running_count: expected at least 0"),
    ("elasticache_clusters", {"node_type": None}, "node_type: expected a value in every row"),
    ("kinesis_streams", {"open_shards": -1}, "open_shards: expected at least 0"),
    ("kinesis_streams", {"retention_hours": 0}, "retention_hours: expected at least 24 and at most 8760"),
    ("lambda_concurrency", {"reserved": -1}, "reserved: expected at least 0"),
    (
        "lambda_limits",
        {"unreserved_executions": 2000},
        "unreserved_executions: expected no more than concurrent_executions",
    ),
    ("ebs_snapshots", {"size_gib": 0}, "size_gib: expected at least 1 and at most 65536"),
    ("ebs_volumes", {"size_gib": -1}, "size_gib: expected at least 1 and at most 65536"),
    ("ebs_volumes", {"size_gib": 65_537}, "size_gib: expected at least 1 and at most 65536"),
    ("ebs_volumes", {"iops": 0}, "iops: expected at least 1"),
    ("ec2_instances", {"stopped_at": LATE}, "stopped_at: expected a time before 2026-11-17 05:00 UTC"),
    ("elastic_ips", {"public_ip": "nowhere"}, "public_ip: expected an IPv4 address"),
    ("lambda_functions", {"memory_mib": 0}, "memory_mib: expected at least 1 and at most 10240"),
    (
        "load_balancers",
        {"kind": "round-robin"},
        "kind: expected one of application, network,",
    ),
    ("load_balancers", {"kind": None}, "kind: expected a value in every row"),
    ("load_balancers", {"healthy_count": 3}, "healthy_count: expected no more than target_count"),
    ("log_groups", {"stored_bytes": -1}, "stored_bytes: expected at least 0"),
    ("log_groups", {"retention_days": 0}, "retention_days: expected at least 1"),
    ("nat_gateways", {"created_at": LATE}, "created_at: expected a time before"),
    ("rds_instances", {"allocated_gib": -1}, "allocated_gib: expected at least 1"),
    ("rds_instances", {"max_allocated_gib": 0}, "max_allocated_gib: expected at least 1"),
    ("scaling_targets", {"min_capacity": 200}, "min_capacity: expected no more than max_capacity"),
    ("service_quotas", {"value": None}, "value: expected a value in every row"),
    ("service_quotas", {"value": -1.0}, "value: expected at least 0"),
    ("rds_snapshots", {"allocated_gib": -1}, "allocated_gib: expected at least 0"),
    ("s3_buckets", {"lifecycle_rules": "[{"}, "lifecycle_rules: expected JSON"),
    ("s3_buckets", {"multipart_bytes": -1}, "multipart_bytes: expected at least 0"),
    ("vpc_endpoints", {"created_at": LATE}, "created_at: expected a time before"),
    ("launch_templates", {"region": None}, "region: expected a value in every row"),
]
WARNING: list[tuple[str, Mapping[str, Any], str]] = [
    ("ebs_volumes", {"volume_type": "gp9"}, "volume_type: expected one of gp2, gp3"),
    ("ebs_volumes", {"state": None}, "state: expected a value in every row"),
    ("ecs_services", {"task_os": "BEOS"}, "task_os: expected LINUX or a Windows server"),
    ("ec2_instances", {"state": "dreaming"}, "state: expected one of pending, running"),
    ("log_groups", {"retention_days": 31}, "retention_days: expected one of 1, 3, 5"),
    ("rds_instances", {"engine": None}, "engine: expected a value in every row"),
    ("elastic_ips", {"environment": "Production"}, "environment: expected lower case"),
]


def _ids(cases: list[tuple[str, Mapping[str, Any], str]]) -> list[str]:
    return [f"{dataset}: {spoilt}" for dataset, spoilt, _ in cases]


@pytest.mark.parametrize(("dataset", "spoilt", "said"), CRITICAL, ids=_ids(CRITICAL))
def test_what_cannot_be_true_is_refused_and_its_row_named(judged, dataset, spoilt, said):
    verdict = judged(dataset, rows(dataset, {}, {**spoilt, "name": "the bad one"}, {}))
    (failure,) = [one for one in verdict.failures if one.expectation.startswith(said)]
    ((column, value),) = spoilt.items()
    place = {"account_id": "111111111111", "region": "eu-west-1", "resource_id": "r-2", **spoilt}
    assert not verdict.ok
    assert (failure.severity, failure.column, failure.failing) == ("critical", column, 1)
    assert failure.rows == ("/".join(str(place[key]) for key in ("account_id", "region", "resource_id")),)
    assert failure.values == (value,)


@pytest.mark.parametrize(("dataset", "spoilt", "said"), WARNING, ids=_ids(WARNING))
def test_what_aws_may_change_any_day_is_only_warned_of(judged, dataset, spoilt, said):
    verdict = judged(dataset, rows(dataset, spoilt, {}))
    assert verdict.ok
    (failure,) = verdict.failures
    assert failure.expectation.startswith(said)
    assert (failure.severity, failure.rows, failure.values) == ("warning", (R1,), tuple(spoilt.values()))


def test_a_resource_listed_twice_is_refused(judged):
    verdict = judged("amis", rows("amis", {}, {"resource_id": "r-1"}, {}))
    assert not verdict.ok
    (failure,) = verdict.failures
    assert failure.expectation == "account_id, region, resource_id: expected to name one row"
    assert (failure.rows, failure.failing) == ((R1, R1), 2)


def test_the_same_name_in_another_region_is_another_resource(judged):
    frame = rows("s3_buckets", {}, {"resource_id": "r-1", "region": "us-east-1"})
    assert judged("s3_buckets", frame).ok


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: f.drop("state"), "state: expected a column of String, got none"),
        (lambda f: f.with_columns(size_gib=pl.lit("8")), "size_gib: expected a column of Int64, got String"),
    ],
    ids=["missing", "another type"],
)
def test_a_column_of_another_type_is_refused_before_its_values_are_looked_at(judged, spoil, said):
    verdict = judged("ebs_volumes", spoil(rows("ebs_volumes", {})))
    assert not verdict.ok
    assert [failure.expectation for failure in verdict.failures] == [said]


def test_a_column_too_many_is_refused(judged):
    verdict = judged("amis", rows("amis", {}).with_columns(colour=pl.lit("red")))
    assert [str(one) for one in verdict.failures] == ["critical: has exactly the columns of its schema"]


def test_critical_failures_come_first_and_many_rows_are_counted_not_listed(judged):
    verdict = judged("ebs_volumes", rows("ebs_volumes", *[{"volume_type": "gp9", "size_gib": 0}] * 300))
    assert [one.severity for one in verdict.failures] == ["critical", "warning"]
    first = verdict.failures[0]
    assert (first.failing, len(first.rows)) == (300, 10)
    assert str(first).endswith("and 290 more rows")


def test_a_failure_is_one_printable_line_that_names_value_and_row():
    hostile = "vol\n2026-01-01 INFO all sound\x1b[2J"
    failure = Failure("size_gib: expected at least 1", "size_gib", (hostile,), (-1,), "critical", 1)
    assert str(failure) == (
        "critical: size_gib: expected at least 1; got -1 in vol\\n2026-01-01 INFO all sound\\x1b[2J"
    )


REFUSED = [
    ("a value below zero", points(1.0, -0.5, 2.0), "min: expected at least 0"),
    ("not a number", points(1.0, float("nan")), "not_finite: expected at least 0 and at most 0"),
    ("infinite", points(1.0, float("inf")), "not_finite: expected at least 0 and at most 0"),
    ("two points of one time", pl.concat([points(1.0), points(1.0)]), "repeated: expected"),
    ("a value without a time", points(1.0, at=None), "undated: expected"),
    ("from the future", points(1.0, at=LATE), "newest_at: expected a time before"),
    ("no period", points(1.0, period_seconds=0), "period_seconds: expected at least 1"),
    ("nobody's", points(1.0, resource_id=None), "resource_id: expected a value in every row"),
]


@pytest.mark.parametrize(("frame", "said"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_telemetry_that_cannot_be_true_is_refused_and_its_series_named(judged, frame, said):
    verdict = judged("metrics", pl.concat([frame, points(1.0, 2.0, resource_id="i-2")]))
    assert not verdict.ok
    (failure,) = [one for one in verdict.failures if one.severity == "critical"]
    assert failure.expectation.startswith(said)
    assert failure.rows[0].split("/")[-2:] == ["CPUUtilization", "Average"]
    assert failure.rows[0].split("/")[2] == str(frame["resource_id"][0])


HOLED = pl.concat([points(*[1.0] * 9).head(2), points(*[1.0] * 3)])
THIN = [
    ("a whole series", points(1.0, 2.0, 3.0), []),
    ("asked, and there was nothing", points(None, at=None), []),
    ("a time without a value", points(1.0, None, 3.0), ["nulls"]),
    ("a hole in the middle", HOLED, ["gap_share"]),
    ("nothing for two days", points(*[1.0] * 60).head(3), ["age_hours"]),
]


@pytest.mark.parametrize(("frame", "warned"), [c[1:] for c in THIN], ids=[c[0] for c in THIN])
def test_thin_telemetry_is_sound_and_only_warned_of(judged, frame, warned):
    verdict = judged("metrics", frame)
    assert verdict.ok
    assert [one.column for one in verdict.failures] == warned
