"""One believable row per dataset, and an engine that judges without publishing."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from include.core.datasets import schema
from include.core.metrics import METRICS
from include.quality import Judged

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before anything here loads Great Expectations

AS_OF = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
SNAPSHOT = "20261116T050000Z-ab12"
HOUR = timedelta(hours=1)

LIKELY: Mapping[str, Any] = {
    "account_id": "111111111111",
    "region": "eu-west-1",
    "resource_id": "r-1",
    "environment": "production",
    "tags": [{"key": "Name", "value": "one"}],
    "created_at": AS_OF - timedelta(days=40),
}
OWN: Mapping[str, Mapping[str, Any]] = {
    "autoscaling_groups": {"min_size": 1, "max_size": 4, "desired_capacity": 2},
    "dynamodb_tables": {"billing_mode": "PROVISIONED", "table_read_capacity": 5, "read_capacity": 8},
    "dynamodb_limits": {
        "account_read_capacity": 80_000,
        "account_write_capacity": 80_000,
        "table_read_capacity": 40_000,
    },
    "ebs_snapshots": {"size_gib": 8, "started_at": AS_OF, "state": "completed"},
    "ebs_volumes": {"size_gib": 8, "state": "available", "volume_type": "gp3", "iops": 3000},
    "ec2_instances": {
        "instance_type": "m5.large",
        "state": "stopped",
        "stopped_at": AS_OF,
        "launched_at": AS_OF,
    },
    "ecs_services": {"cluster_name": "shop", "service_name": "web", "desired_count": 3, "running_count": 2},
    "elastic_ips": {"public_ip": "198.51.100.7", "domain": "vpc"},
    "elasticache_clusters": {"engine": "redis", "node_type": "cache.r7g.large", "node_count": 1},
    "kinesis_streams": {"mode": "PROVISIONED", "open_shards": 4, "retention_hours": 24},
    "lambda_concurrency": {"reserved": 25},
    "lambda_limits": {"concurrent_executions": 1000, "unreserved_executions": 975},
    "load_balancers": {"kind": "application", "target_count": 2, "healthy_count": 1},
    "log_groups": {"retention_days": 30, "stored_bytes": 0},
    "rds_instances": {
        "instance_class": "db.m5.large",
        "engine": "postgres",
        "state": "available",
        "allocated_gib": 20,
    },
    "scaling_targets": {
        "service": "dynamodb",
        "target": "table/orders",
        "dimension": "dynamodb:table:ReadCapacityUnits",
        "min_capacity": 5,
        "max_capacity": 100,
    },
    "service_quotas": {"service_code": "ec2", "quota_code": "L-1216C47A", "value": 256.0},
    "s3_buckets": {"lifecycle_rules": "[]", "multipart_upload_count": 0},
}


def rows(dataset: str, *different: Mapping[str, Any]) -> pl.DataFrame:
    """Believable rows, each with its own name and what it says differently."""
    columns = schema(dataset)
    content = [
        {**LIKELY, **OWN.get(dataset, {}), "resource_id": f"r-{number}", **one}
        for number, one in enumerate(different, start=1)
    ]
    return pl.DataFrame([{c: row.get(c) for c in columns} for row in content], schema=columns)


def points(*values: float | None, **different: Any) -> pl.DataFrame:
    """One hourly series that ends just before AS_OF."""
    series = {
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ec2_instances",
        "resource_id": "i-1",
        "namespace": "AWS/EC2",
        "metric": "CPUUtilization",
        "statistic": "Average",
        "period_seconds": 3600,
    }
    times = [AS_OF - HOUR * (len(values) - n) for n in range(len(values))]
    content = [{**series, "at": at, "value": v, **different} for at, v in zip(times, values, strict=True)]
    return pl.DataFrame(content, schema=METRICS)


@pytest.fixture
def judged() -> Callable[[str, pl.DataFrame], Judged]:
    """The verdict on one frame, by its suite."""
    from include.quality._engine import Engine
    from include.quality.validate import judge

    return lambda dataset, frame: judge(Engine(SNAPSHOT, AS_OF), dataset, frame.lazy())
