"""All cost checks over 100,000 resources: seconds and peak memory, as one JSON line.

    python tests/benchmarks/bench_rules.py [RESOURCES]

The estate is made here: resources of every dataset the checks read, with aggregated telemetry for each series
they need. It is judged in a process of its own that loads it from disk, so that the peak is the rules' own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.core.datasets import COMMON, schema
from include.core.gaps import GAPS
from include.core.metrics import METRIC_STATS, MetricNeed
from include.domains.cost.price_book import CsvPriceBook
from include.domains.cost.sweep import judge_all, needs

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
SHARES = {
    "ec2_instances": 0.25, "ebs_volumes": 0.25, "ebs_snapshots": 0.25, "log_groups": 0.1, "s3_buckets": 0.04,
    "rds_instances": 0.03, "dynamodb_tables": 0.03, "load_balancers": 0.02, "elastic_ips": 0.01, "amis": 0.01,
    "nat_gateways": 0.005, "launch_templates": 0.003, "autoscaling_groups": 0.002,
}  # fmt: skip
ACCOUNTS = 20
REGIONS = ["eu-west-1", "us-east-1", "us-west-2", "eu-central-1"]
CHOICES = {
    "instance_type": [
        "m6i.xlarge",
        "m6i.large",
        "c6i.2xlarge",
        "t3.medium",
        "m4.large",
        "r4.xlarge",
        "t2.small",
    ],
    "instance_class": ["db.m5.xlarge", "db.r5.xlarge", "db.t3.medium", "db.m5.large"],
    "platform": ["linux", "linux", "linux", "windows"],
    "lifecycle": ["on-demand", "on-demand", "on-demand", "spot"],
    "tenancy": ["default"],
    "architecture": ["x86_64"],
    "root_device_type": ["ebs"],
    "volume_type": ["gp3", "gp2", "io1", "st1"],
    "storage_tier": ["standard"],
    "engine": ["postgres", "mysql"],
    "billing_mode": ["PROVISIONED", "PAY_PER_REQUEST"],
    "table_class": ["STANDARD"],
    "kind": ["application", "network", "classic"],
    "environment": ["production", "development", None],
    "managed_by": [None, None, None, None, "autoscaling", "cloudformation"],
    "lifecycle_rules": ["[]"],
    "connectivity_type": ["public"],
    "replica_of": [None],
    "cluster_id": [None],
    "stop_blocked_because": [None],
    "association_id": ["eipassoc-1", None],
    "instance_id": [None],
    "network_interface_id": [None],
    "log_group_class": ["STANDARD"],
}
STATES = {
    "ec2_instances": ["running", "running", "running", "stopped"],
    "ebs_volumes": ["in-use", "in-use", "available"],
    "ebs_snapshots": ["completed"],
    "rds_instances": ["available"],
    "dynamodb_tables": ["ACTIVE"],
    "load_balancers": ["active"],
    "nat_gateways": ["available"],
}
REFERENCES = {
    "volume_ids": "ebs_volumes",
    "attached_instance_ids": "ec2_instances",
    "instance_ids": "ec2_instances",
    "snapshot_ids": "ebs_snapshots",
}


def pick(row: pl.Expr, values: list[str | None], salt: int) -> pl.Expr:
    """One of the values for every row, always the same."""
    chosen = pl.lit(pl.Series(values, dtype=pl.String)).gather((row.hash(salt) % len(values)).cast(pl.UInt32))
    return chosen if len(values) > 1 else pl.lit(values[0], dtype=pl.String)


def entities(dataset: str, count: int) -> pl.DataFrame:
    """`count` resources spread over the targets."""
    row = pl.int_range(count, dtype=pl.UInt64).alias("row")
    base = pl.select(row)
    return base.select(
        _column(dataset, name, dtype, salt).cast(dtype).alias(name)
        for salt, (name, dtype) in enumerate(schema(dataset).items())
    )


def _column(dataset: str, name: str, dtype: pl.DataType, salt: int) -> pl.Expr:
    row = pl.col("row")
    if name in {"account_id", "region"}:
        return _target(row)[name]
    if name == "resource_id":
        return _id(dataset, row)
    if name == "state" and dataset in STATES:
        return pick(row, STATES[dataset], salt)
    if name == "volume_id":
        return _id("ebs_volumes", row // 2)
    if name in REFERENCES:
        return pl.concat_list(_id(REFERENCES[name], row))
    if name in CHOICES:
        return pick(row, CHOICES[name], salt)
    if name in COMMON and name != "name":
        return pl.lit(None)
    return _by_type(dtype, row, salt)


def _by_type(dtype: pl.DataType, row: pl.Expr, salt: int) -> pl.Expr:
    if dtype == pl.Boolean:
        return row.hash(salt) % 2 == 0
    if dtype == pl.Int64:
        return row.hash(salt) % 400
    if isinstance(dtype, pl.Datetime):
        return pl.lit(AS_OF) - pl.duration(days=(row.hash(salt) % 500).cast(pl.Int64))
    if isinstance(dtype, pl.List):
        return pl.lit([], dtype=dtype)
    return pl.format("name-{}", row)


def _target(row: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "account_id": pl.format("{}", 111111111111 + row % ACCOUNTS),
        "region": pick(row % (ACCOUNTS * len(REGIONS)), REGIONS, 1),
    }


def _id(dataset: str, row: pl.Expr) -> pl.Expr:
    return pl.format(f"{dataset[:4]}-{{}}", row + 10**16)


def statistics(need: MetricNeed, frame: pl.DataFrame, salt: int) -> pl.DataFrame:
    """Aggregates of one series for every resource of its dataset; nine in ten have their full history."""
    value = (pl.col("resource_id").hash(salt) % 100).cast(pl.Float64)
    full = pl.col("resource_id").hash(salt + 1) % 10 > 0
    numbers = dict.fromkeys(("min", "max", "mean", "sum", "p95", "p99"), value)
    samples = pl.when(full).then(need.window_days * 288).otherwise(100)
    built = frame.select(
        "account_id", "region", "resource_id", resource_type=pl.lit(need.dataset),
        namespace=pl.lit(need.namespace), metric=pl.lit(need.metric), statistic=pl.lit(need.statistic),
        window_days=need.window_days, sample_count=samples, coverage=samples / (need.window_days * 288),
        newest_at=pl.lit(AS_OF), **numbers,
    )  # fmt: skip
    return built.select(pl.col(name).cast(dtype) for name, dtype in METRIC_STATS.items())


def write(folder: Path, resources: int) -> None:
    """The whole estate as IPC files named as the sweep names its frames."""
    needed = needs()
    frames = {name: entities(name, max(int(resources * SHARES[name]), 1)) for name in sorted(needed.datasets)}
    frames["metric_stats"] = pl.concat(
        statistics(need, frames[need.dataset], salt) for salt, need in enumerate(needed.metrics)
    )
    frames["prices"] = CsvPriceBook().prices(REGIONS)
    for dataset in needed.histories:
        since = pl.lit(AS_OF - timedelta(days=20))
        frames[f"{dataset}_since"] = frames[dataset].select(
            "account_id", "region", "resource_id", since=since
        )
    for name, frame in frames.items():
        frame.write_ipc(folder / f"{name}.arrow")


def judge(folder: Path) -> dict[str, object]:
    """Load the estate, then time the checks alone."""
    estate = {file.stem: pl.read_ipc(file) for file in folder.glob("*.arrow")}
    loaded = _peak_mib()
    lazy = {name: frame.lazy() for name, frame in estate.items()}
    began, worked = time.perf_counter(), time.process_time()
    sweep = judge_all(lazy, pl.DataFrame(schema=GAPS), overrides={}, as_of=AS_OF)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    entity_rows = sum(estate[name].height for name in SHARES)
    return {
        "benchmark": "rules",
        "resources": entity_rows,
        "series": estate["metric_stats"].height,
        "checks": sweep.counts["check_id"].n_unique(),
        "verdicts": int(sweep.counts["n"].sum()),
        "findings": sweep.findings.height,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu_seconds, 3),  # of all cores: what is left of it on a busy machine
        "peak_mib": round(_peak_mib()),
        "peak_mib_before_judging": round(loaded),
    }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(resources: int) -> str:
    """Make the estate here, judge it in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), resources)
        command = [sys.executable, __file__, "--judge", folder]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        print(json.dumps(judge(Path(sys.argv[2]))))
    else:
        print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
