"""EBS volumes attached to nothing for a month: keep a snapshot, delete the volume.

Threshold: 30 days (Cloud Custodian's grace period; Compute Optimizer uses 32). EBS sends telemetry only while
a volume is attached (EBS User Guide, "Amazon CloudWatch metrics for Amazon EBS"), so a window without one
datapoint is a month without attachment: here missing datapoints are the evidence, and coverage is 0.
Saving: the volume's monthly price, less a full snapshot (an upper bound).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import polars as pl
from pydantic import Field

from include.core.metrics import MetricNeed
from include.domains.cost.money import Money
from include.domains.cost.telemetry import age_days, at_least_days_old, never_asked, with_stats
from include.domains.cost.thresholds import Settings
from include.domains.cost.verdicts import Case, Finding, verdicts
from include.domains.cost.volumes import SNAPSHOT, VOLUME_PRICES, volume_month, with_volume_prices

WINDOW_DAYS = 30
SERIES = {
    "idle": MetricNeed(
        "ebs_volumes", "AWS/EBS", "VolumeIdleTime", "SampleCount", "VolumeId", window_days=WINDOW_DAYS
    )
}

READS = ("ebs_volumes",)
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "ec2.snapshot_delete_volume"


class Thresholds(Settings):
    """Default: Cloud Custodian's."""

    created_days: Annotated[int, Field(ge=WINDOW_DAYS)] = Field(30, description="made at least so long ago")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every volume that is not attached now. Where a snapshot may cost as much as the volume, no
    saving is named and no action proposed."""
    volumes = estate["ebs_volumes"].filter((pl.col("state") == "available") | pl.col("state").is_null())
    frame = with_volume_prices(with_stats(volumes, estate["metric_stats"], SERIES), estate["prices"])
    net = volume_month() - SNAPSHOT
    pays = (net > 0).fill_null(value=True)
    old = at_least_days_old("created_at", t.created_days, as_of)
    unasked = never_asked(SERIES)
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "created_at", "size_gib", "volume_type"],
        unknown=[Case(old & unasked.when, unasked.reason)],
        found=Finding(
            when=old & (pl.col("sample_count") == 0),
            reason=pl.format(
                f"Not attached during the last {WINDOW_DAYS} days (no telemetry in them) and made {{}} "
                "days ago; "
                "{} GiB of {}.{}",
                age_days("created_at", as_of),
                "size_gib",
                "volume_type",
                pl
                .when(pays)
                .then(pl.lit(""))
                .otherwise(
                    pl.lit(" A full snapshot would cost as much: delete it by hand if nobody needs it.")
                ),
            ),
            evidence={
                "size_gib": pl.col("size_gib"),
                "volume_type": pl.col("volume_type"),
                "created_at": pl.col("created_at"),
                "volume_usd_month": volume_month().round(4),
                "snapshot_usd_month_at_most": SNAPSHOT.round(4),
            },
            money=Money.of(net, VOLUME_PRICES),
            action=pl.when(pays).then(pl.lit(ACTION)),
        ),
        window_days=WINDOW_DAYS,
    )
