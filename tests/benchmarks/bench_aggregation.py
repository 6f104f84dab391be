"""Raw telemetry to statistics, by the function the product uses: seconds and peak memory, as one JSON line.

    python tests/benchmarks/bench_aggregation.py

10,000 resources x 3 metrics x 14 days x 5 minutes = 120,960,000 points, made here as staged Parquet parts in
a scratch folder, and aggregated in a process of its own, so that the peak is the aggregation's own.
SCALE=0.01 makes a hundredth of the resources. `--points FOLDER` only aggregates what is in the folder.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.core.metrics import METRICS, MetricNeed
from include.lake.telemetry import aggregate

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
RESOURCES = 10_000
DAYS = 14
PERIOD_SECONDS = 300
PART = 250  # resources in one staged file: a small target
NEEDS = [
    MetricNeed("ec2_instances", "AWS/EC2", metric, "Average", "InstanceId", window_days=DAYS)
    for metric in ("CPUUtilization", "NetworkIn", "NetworkOut")
]


def write(folder: Path, resources: int) -> None:
    """METRICS of every need and resource, part by part: at no time more than one part in memory."""
    begins = AS_OF - timedelta(days=DAYS)
    times = pl.datetime_range(begins, AS_OF, timedelta(seconds=PERIOD_SECONDS), closed="left", eager=True)
    kinds = pl.DataFrame(
        [(need.dataset, need.namespace, need.metric, need.statistic) for need in NEEDS],
        schema=["resource_type", "namespace", "metric", "statistic"],
        orient="row",
    )
    random = np.random.default_rng(7)
    for first in range(0, resources, PART):
        ids = [f"i-{number:017x}" for number in range(first, min(first + PART, resources))]
        place = {"account_id": f"{111_111_111_111 + first % 20}", "region": "eu-west-1"}
        series = kinds.join(pl.DataFrame({"resource_id": ids}), how="cross").with_columns(
            **{name: pl.lit(value) for name, value in place.items()}, period_seconds=pl.lit(PERIOD_SECONDS)
        )
        points = series.join(times.to_frame("at"), how="cross")
        measured = points.with_columns(value=pl.Series(random.gamma(2, 10, points.height).round(4)))
        part = measured.select(pl.col(name).cast(dtype) for name, dtype in METRICS.items())
        part.write_parquet(folder / f"{first:09}.parquet")


def measure(folder: Path) -> dict[str, object]:
    """Aggregate all parts, timed; the answer must be whole."""
    before = _peak_mib()
    began, worked = time.perf_counter(), time.process_time()
    stats = aggregate(pl.scan_parquet(folder / "*.parquet"), NEEDS, as_of=AS_OF)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    samples = DAYS * 86_400 // PERIOD_SECONDS
    if stats["sample_count"].unique().to_list() != [samples] or stats["p99"].null_count():
        raise SystemExit(f"expected {samples} samples and a p99 in every series, got\n{stats}")
    return {
        "benchmark": "aggregation",
        "points": stats["sample_count"].sum(),
        "series": stats.height,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),  # of all cores: what is left of it on a busy machine
        "peak_mib": round(_peak_mib()),
        "peak_mib_before": round(before),
    }


def _peak_mib() -> float:
    """Of this program alone: `ru_maxrss` would begin with what the process that started it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(resources: int) -> str:
    """Make the points here, aggregate them in a process of its own, delete them."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), resources)
        command = [sys.executable, __file__, "--points", folder]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--points"]:
        print(json.dumps(measure(Path(sys.argv[2]))))
    else:
        print(main(max(int(RESOURCES * float(os.environ.get("SCALE", "1"))), 1)))
