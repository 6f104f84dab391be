"""EC2 instances of a superseded family: the same size of its successor gives more for less.

The map is curated from AWS's page "Previous generation instances" and each successor's own page; only x86,
only where the successor's same-named size has at least as many vCPUs and as much memory. Families with local
disks map to successors with local disks. Moving from Xen to Nitro needs an operating system with ENA and
NVMe drivers (EC2 User Guide, "Compatibility for changing the instance type"); the finding says so.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from include.domains.cost.fleet import not_alone, with_membership
from include.domains.cost.instance_types import with_type
from include.domains.cost.money import Money, monthly, priced, usd
from include.domains.cost.thresholds import Settings
from include.domains.cost.verdicts import Case, Finding, verdicts

SUPERSEDED = {
    "t2": "t3",
    "m3": "m5d",
    "m4": "m5",
    "c3": "c5d",
    "c4": "c5",
    "r3": "r5d",
    "r4": "r5",
    "i2": "i3",
}

READS = ("ec2_instances", "autoscaling_groups")
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "low"
ACTION = "ec2.modify_instance_type"


class Thresholds(Settings):
    """Nothing to set: a family is superseded or it is not."""


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every running instance. A successor that is not cheaper is no finding; one without a price
    is, with an unknown saving. Local disks would be erased: found, but no action is proposed."""
    running = estate["ec2_instances"].filter((pl.col("state") == "running") | pl.col("state").is_null())
    family = pl.col("instance_type").str.extract(r"^([^.]+)\.", 1)
    size = pl.col("instance_type").str.extract(r"\.(.+)$", 1)
    frame = with_membership(running, estate).with_columns(
        next_family=family.replace_strict(SUPERSEDED, default=None, return_dtype=pl.String)
    )
    old, new = ("vcpu", "memory_mib", "instance_store"), ("vcpu", "memory_mib", "architectures")
    frame = with_type(frame, pl.col("instance_type"), "cur", columns=old)
    frame = with_type(frame, pl.format("{}.{}", "next_family", size), "new", columns=new)
    shared = pl.col("tenancy").fill_null("default") == "default"
    frame = priced(
        frame,
        estate["prices"],
        now=pl.when(shared).then(pl.format("ec2:{}:{}", "instance_type", "platform")),
        then=pl.when(shared).then(pl.format("ec2:{}:{}", "new_type", "platform")),
    )
    disks = pl.col("cur_instance_store") | (pl.col("root_device_type") != "ebs").fill_null(value=True)
    superseded = pl.col("next_family").is_not_null() & pl.col("architecture").is_not_null()
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "lifecycle", "instance_type", "architecture"],
        not_applicable=[
            *not_alone(),
            Case(
                superseded & ~_fits(),
                pl.format("{} has no equal or larger size of this name.", "next_family"),
            ),
        ],
        found=Finding(
            when=superseded & (usd("then") < usd("now")).fill_null(value=True),
            reason=pl.format(
                "{} ({} vCPUs, {} GiB) is superseded by {} ({} vCPUs, {} GiB), which needs ENA and NVMe "
                "drivers "
                "in the operating system.{}",
                "instance_type",
                "cur_vcpu",
                (pl.col("cur_memory_mib") / 1024).round(1),
                "new_type",
                "new_vcpu",
                (pl.col("new_memory_mib") / 1024).round(1),
                pl.when(disks).then(pl.lit(" Its local disks would be erased.")).otherwise(pl.lit("")),
            ),
            evidence={
                "instance_type": pl.col("instance_type"),
                "successor": pl.col("new_type"),
                "usd_hour": usd("now"),
                "usd_hour_after": usd("then"),
            },
            money=Money.of(monthly("now") - monthly("then"), ["now", "then"]),
            action=pl.when(~disks).then(pl.lit(ACTION)),
            params={"instance_type": pl.col("new_type")},
        ),
    )


def _fits() -> pl.Expr:
    """The successor's same-named size exists, is no smaller and runs the same architecture."""
    return (
        (pl.col("new_vcpu") >= pl.col("cur_vcpu"))
        & (pl.col("new_memory_mib") >= pl.col("cur_memory_mib"))
        & pl.col("new_architectures").str.split(" ").list.contains(pl.col("architecture"))
    ).fill_null(value=False)
