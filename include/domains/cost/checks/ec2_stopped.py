"""EC2 instances stopped for a month: their volumes are still billed.

Threshold: 30 days, as AWS Trusted Advisor ("EC2 instances stopped") and AWS Config `ec2-stopped-instance`.
The advice is to take an image and terminate. No action can undo a termination, so none is proposed. Saving:
the volumes' monthly price, less a full snapshot of them (an upper bound: snapshots hold used blocks only).
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.domains.cost.fleet import not_alone, with_membership
from include.domains.cost.money import Money
from include.domains.cost.telemetry import age_days, at_least_days_old
from include.domains.cost.thresholds import Days, Settings
from include.domains.cost.verdicts import Finding, verdicts
from include.domains.cost.volumes import SNAPSHOT, VOLUME_PRICES, volume_month, with_volume_prices

READS = ("ec2_instances", "ebs_volumes", "autoscaling_groups")
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "low"
ACTION = None
KEY = ["account_id", "region", "resource_id"]


class Thresholds(Settings):
    """Defaults: Trusted Advisor's and Config's."""

    stopped_days: Days = Field(30, description="stopped at least so long")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every stopped instance; UNKNOWN when AWS does not say since when."""
    stopped = estate["ec2_instances"].filter((pl.col("state") == "stopped") | pl.col("state").is_null())
    frame = with_membership(stopped, estate).join(
        _disks(stopped, estate), on=KEY, how="left", maintain_order="left"
    )
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "lifecycle", "stopped_at"],
        not_applicable=not_alone(),
        found=Finding(
            when=at_least_days_old("stopped_at", t.stopped_days, as_of),
            reason=pl.format(
                f"Stopped {{}} days ago (at least {t.stopped_days}); {{}} GiB of volumes are still billed. "
                "Take an "
                "image and terminate it if nobody needs it.",
                age_days("stopped_at", as_of),
                pl.col("gib").fill_null(0),
            ),
            evidence={
                "stopped_at": pl.col("stopped_at"),
                "instance_type": pl.col("instance_type"),
                "volume_ids": pl.col("volume_ids"),
                "volumes_gib": pl.col("gib"),
            },
            money=Money.of(pl.col("disks_usd"), ["disks"]),
        ),
    )


def _disks(instances: pl.LazyFrame, estate: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Size and net monthly price of each instance's volumes; the price is null when one of them has none."""
    volumes = with_volume_prices(estate["ebs_volumes"], estate["prices"]).select(
        "account_id",
        "region",
        pl.col("resource_id").alias("volume_id"),
        "size_gib",
        net=volume_month() - SNAPSHOT,
        source=Money.of(volume_month(), VOLUME_PRICES).source,
        date=Money.of(volume_month(), VOLUME_PRICES).date,
    )
    return (
        instances
        .select(*KEY, volume_id="volume_ids")
        .explode("volume_id", empty_as_null=False, keep_nulls=False)
        .join(volumes, on=["account_id", "region", "volume_id"], how="left")
        .group_by(KEY)
        .agg(
            gib=pl.col("size_gib").sum(),
            disks_usd=pl.when(pl.col("net").is_not_null().all()).then(pl.col("net").sum()),
            disks_source=pl.col("source").first(),
            disks_date=pl.col("date").min(),
        )
    )
