"""Running EC2 instances that do nothing: stop them.

Idle is: the highest CPU of any period stays below 5 % and less than 5 MB a day goes in and out together,
over 14 days. Source: AWS Compute Optimizer, "idle resource" criteria for EC2 (peak CPU below 5 %, network
below 5 MB a day, 14 days). A stopped instance is not billed; its volumes and addresses are, and are not in
the saving. Memory is not seen: an instance that only holds data in memory would look idle.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import polars as pl
from pydantic import Field

from include.core.metrics import MetricNeed
from include.domains.cost.fleet import not_alone, with_membership
from include.domains.cost.instance_types import with_type
from include.domains.cost.money import Money, monthly, priced
from include.domains.cost.telemetry import too_little, too_young, with_stats
from include.domains.cost.thresholds import Observed, Percent
from include.domains.cost.verdicts import Finding, verdicts

WINDOW_DAYS = 14
SERIES = {
    "cpu": MetricNeed("ec2_instances", "AWS/EC2", "CPUUtilization", "Maximum", "InstanceId"),
    "in": MetricNeed("ec2_instances", "AWS/EC2", "NetworkIn", "Sum", "InstanceId"),
    "out": MetricNeed("ec2_instances", "AWS/EC2", "NetworkOut", "Sum", "InstanceId"),
}

READS = ("ec2_instances", "autoscaling_groups")
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "ec2.stop_instance"


class Thresholds(Observed):
    """Defaults: Compute Optimizer's."""

    peak_cpu_percent: Percent = Field(5.0, description="idle below this peak")
    network_bytes_per_day: Annotated[float, Field(gt=0)] = Field(5e6, description="idle below, in plus out")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every running instance. An instance with local disks would lose their content when stopped:
    it is found, but no action is proposed."""
    running = estate["ec2_instances"].filter((pl.col("state") == "running") | pl.col("state").is_null())
    frame = with_stats(with_membership(running, estate), estate["metric_stats"], SERIES)
    frame = with_type(frame, pl.col("instance_type"), "cur", columns=("instance_store",))
    shared = pl.col("tenancy").fill_null("default") == "default"
    sku = pl.when(shared).then(pl.format("ec2:{}:{}", "instance_type", "platform"))
    frame = priced(frame, estate["prices"], hour=sku).with_columns(
        bytes_per_day=_per_day("in") + _per_day("out")
    )
    peak, flow = pl.col("cpu_max"), pl.col("bytes_per_day")
    can_stop = (pl.col("root_device_type") == "ebs") & ~pl.col("cur_instance_store")
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "lifecycle", "launched_at"],
        not_applicable=not_alone(),
        unknown=[
            too_young("launched_at", WINDOW_DAYS, as_of),
            *too_little(SERIES, t.min_coverage, WINDOW_DAYS),
        ],
        found=Finding(
            when=(peak < t.peak_cpu_percent) & (flow < t.network_bytes_per_day),
            reason=pl.format(
                f"Peak CPU {{}} % (below {t.peak_cpu_percent:g} %) and {{}} MB network a day (below "
                f"{t.network_bytes_per_day / 1e6:g} MB) over {WINDOW_DAYS} days.{{}}",
                peak.round(1),
                (flow / 1e6).round(2),
                pl
                .when(can_stop.fill_null(value=False))
                .then(pl.lit(""))
                .otherwise(pl.lit(" It has local disks, or may have: stopping would erase them.")),
            ),
            evidence={
                "instance_type": pl.col("instance_type"),
                "peak_cpu_percent": peak.round(2),
                "network_bytes_per_day": flow.round(0),
                "launched_at": pl.col("launched_at"),
            },
            money=Money.of(monthly("hour"), ["hour"]),
            action=pl.when(can_stop).then(pl.lit(ACTION)),
        ),
        window_days=WINDOW_DAYS,
    )


def _per_day(series: str) -> pl.Expr:
    """Mean per day of a Sum series, over the part of the window that was observed."""
    return pl.col(f"{series}_sum") / (WINDOW_DAYS * pl.col(f"{series}_coverage"))
