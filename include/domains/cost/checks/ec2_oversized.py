"""EC2 instances whose work fits one size down: change their type.

The 99th percentile of the periods' highest CPU, carried over to the next smaller size of the same family,
must stay at or below 80 %: `p99 x vCPUs now / vCPUs then`. Sources: AWS Compute Optimizer's defaults (P99.5,
20 % headroom) and OptScale's rightsizing (99th percentile, 80 %), see docs/how-to-add-a-check.md. CloudWatch
does not see memory, so one step only, and the finding says so. Burstable types must also sustain their mean
CPU from the smaller size's credits (EC2 User Guide, "Key concepts for burstable performance instances").
Accelerated types are left out: their CPU says little of their load.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.core.metrics import MetricNeed
from include.domains.cost.fleet import not_alone, with_membership
from include.domains.cost.instance_types import credits_suffice, with_type
from include.domains.cost.money import Money, monthly, priced, usd
from include.domains.cost.telemetry import too_little, too_young, with_stats
from include.domains.cost.thresholds import Observed, Percent
from include.domains.cost.verdicts import Case, Finding, verdicts

WINDOW_DAYS = 14
SERIES = {"cpu": MetricNeed("ec2_instances", "AWS/EC2", "CPUUtilization", "Maximum", "InstanceId")}

READS = ("ec2_instances", "autoscaling_groups")
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "ec2.modify_instance_type"


class Thresholds(Observed):
    """Defaults: 20 % headroom, as Compute Optimizer and OptScale."""

    cpu_after_percent: Percent = Field(80.0, description="highest p99 CPU allowed on the smaller size")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every running instance. Only a step that has fewer vCPUs and is cheaper is found; without
    both prices the saving is unknown. Local disks would be erased: found, but no action is proposed."""
    running = estate["ec2_instances"].filter((pl.col("state") == "running") | pl.col("state").is_null())
    frame = with_stats(with_membership(running, estate), estate["metric_stats"], SERIES)
    frame = with_type(frame, pl.col("instance_type"), "cur")
    frame = with_type(
        frame, pl.col("cur_smaller_type"), "new", columns=("vcpu", "memory_mib", "baseline_percent")
    )
    shared = pl.col("tenancy").fill_null("default") == "default"
    frame = priced(
        frame,
        estate["prices"],
        now=pl.when(shared).then(pl.format("ec2:{}:{}", "instance_type", "platform")),
        then=pl.when(shared).then(pl.format("ec2:{}:{}", "new_type", "platform")),
    ).with_columns(cpu_after=pl.col("cpu_p99") * pl.col("cur_vcpu") / pl.col("new_vcpu"))
    saving = monthly("now") - monthly("then")
    disks = pl.col("cur_instance_store") | (pl.col("root_device_type") != "ebs").fill_null(value=True)
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "lifecycle", "launched_at", "instance_type"],
        not_applicable=[
            *not_alone(),
            Case(pl.col("cur_accelerated"), pl.lit("Accelerated type: its CPU says little of its load.")),
            Case(
                pl.col("cur_vcpu").is_not_null()
                & (pl.col("new_vcpu").is_null() | (pl.col("new_vcpu") >= pl.col("cur_vcpu"))),
                pl.lit("No smaller size of this family has fewer vCPUs."),
            ),
        ],
        unknown=[
            Case(
                pl.col("cur_vcpu").is_null(),
                pl.format("Type {} is not in the list of instance types: refresh it.", "instance_type"),
            ),
            too_young("launched_at", WINDOW_DAYS, as_of),
            *too_little(SERIES, t.min_coverage, WINDOW_DAYS),
        ],
        found=Finding(
            when=(pl.col("cpu_after") <= t.cpu_after_percent)
            & credits_suffice()
            & (usd("then") < usd("now")).fill_null(value=True),
            reason=pl.format(
                "p99 CPU {} % of {} vCPUs would be {} % of {}'s {} (at most "
                f"{t.cpu_after_percent:g} %) over {WINDOW_DAYS} days; memory is not seen, check it "
                f"first.{{}}",
                pl.col("cpu_p99").round(1),
                "cur_vcpu",
                pl.col("cpu_after").round(1),
                "new_type",
                "new_vcpu",
                pl.when(disks).then(pl.lit(" Its local disks would be erased.")).otherwise(pl.lit("")),
            ),
            evidence={
                "instance_type": pl.col("instance_type"),
                "smaller_type": pl.col("new_type"),
                "p99_cpu_percent": pl.col("cpu_p99").round(2),
                "p99_cpu_percent_after": pl.col("cpu_after").round(2),
                "memory_mib": pl.col("cur_memory_mib"),
                "memory_mib_after": pl.col("new_memory_mib"),
                "memory_seen": pl.lit(value=False),
            },
            money=Money.of(saving, ["now", "then"]),
            action=pl.when(~disks).then(pl.lit(ACTION)),
            params={"instance_type": pl.col("new_type")},
        ),
        window_days=WINDOW_DAYS,
    )
