"""gp2 volumes: gp3 sustains the same for less.

What gp2 sustains is kept (EBS User Guide, "General Purpose SSD volumes"): 3 IOPS per GiB between 100 and
16,000, and those IOPS at 256 KiB each up to 250 MiB/s. gp3 includes 3,000 IOPS and 125 MiB/s; what goes
beyond is bought, and taken off the saving. Only a change that saves is found. Bursts of gp2 above what it
sustains last as long as its credits and are not bought.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from include.domains.cost.fleet import with_owners
from include.domains.cost.money import Money, priced, usd
from include.domains.cost.thresholds import Settings
from include.domains.cost.verdicts import Case, Finding, verdicts
from include.domains.cost.volumes import (
    GP3_IOPS,
    GP3_MIBPS,
    gp2_baseline_iops,
    gp2_baseline_mibps,
    gp3_extra,
)

READS = ("ebs_volumes", "ec2_instances", "autoscaling_groups")
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "low"
ACTION = "ec2.modify_volume"


class Thresholds(Settings):
    """Nothing to set: the price book decides."""


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every usable gp2 volume; with an unknown price it is found with an unknown saving."""
    usable = pl.col("state").is_in(["available", "in-use"]) | pl.col("state").is_null()
    gp2 = (pl.col("volume_type") == "gp2") | pl.col("volume_type").is_null()
    frame = priced(
        with_owners(estate["ebs_volumes"].filter(usable & gp2), estate),
        estate["prices"],
        gp2=pl.lit("ebs:gp2:gib-month"),
        gp3=pl.lit("ebs:gp3:gib-month"),
        iop=pl.lit("ebs:gp3:iops-month"),
        mibps=pl.lit("ebs:gp3:mibps-month"),
    ).with_columns(
        new_iops=gp2_baseline_iops().clip(lower_bound=GP3_IOPS),
        new_mibps=gp2_baseline_mibps().clip(lower_bound=GP3_MIBPS),
    )
    extra = gp3_extra(pl.col("new_iops"), pl.col("new_mibps"), usd("iop"), usd("mibps"))
    saving = pl.col("size_gib") * (usd("gp2") - usd("gp3")) - extra
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "volume_type", "size_gib"],
        not_applicable=[
            Case(pl.col("of_group"), pl.lit("Disk of a group's or spot member: change the launch template."))
        ],
        found=Finding(
            when=(saving > 0).fill_null(value=True),
            reason=pl.format(
                "{} GiB of gp2 sustain {} IOPS and {} MiB/s; gp3 with {} IOPS and {} MiB/s does so for less.",
                "size_gib",
                gp2_baseline_iops(),
                gp2_baseline_mibps(),
                "new_iops",
                "new_mibps",
            ),
            evidence={
                "size_gib": pl.col("size_gib"),
                "gp2_baseline_iops": gp2_baseline_iops(),
                "gp2_baseline_mibps": gp2_baseline_mibps(),
                "gp3_extra_usd_month": extra.round(4),
            },
            money=Money.of(saving, ["gp2", "gp3"]),
            action=ACTION,
            params={
                "volume_type": pl.lit("gp3"),
                "iops": pl.col("new_iops"),
                "throughput_mibps": pl.col("new_mibps"),
            },
        ),
    )
