"""EBS snapshots of three months ago that nothing needs any more.

Threshold: 90 days (Powerpipe's Thrifty and cloudburn). Kept: what an image or a launch template of this
account uses, what AWS Backup or Data Lifecycle Manager manages, and the newest snapshot of a volume that
still exists. A snapshot whose volume is gone is found too; where it is the newest of that volume the
finding says that it is the last copy. Images of other accounts made from a shared snapshot are not seen.
Saving: size x price, an upper bound, for snapshots are incremental and share blocks.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.domains.cost.money import Money, priced, usd
from include.domains.cost.telemetry import age_days, at_least_days_old
from include.domains.cost.thresholds import Days, Settings
from include.domains.cost.verdicts import CONTROLLERS, Finding, verdicts

READS = ("ebs_snapshots", "amis", "launch_templates", "ebs_volumes")
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "low"
ACTION = "ec2.delete_snapshot"
PLACE = ["account_id", "region"]
COPIED = "vol-ffffffff"
"""AWS's placeholder for the volume of a copied snapshot (EBS User Guide, "Copy a snapshot")."""


class Thresholds(Settings):
    """Default: Thrifty's and cloudburn's."""

    age_days: Days = Field(90, description="taken at least so long ago")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every completed snapshot."""
    completed = estate["ebs_snapshots"].filter((pl.col("state") == "completed") | pl.col("state").is_null())
    tier = pl.when(pl.col("storage_tier") == "archive").then(pl.lit("-archive")).otherwise(pl.lit(""))
    frame = priced(
        _with_uses(completed, estate), estate["prices"], gib=pl.format("ebs:snapshot{}:gib-month", tier)
    )
    spare = ~pl.col("referenced") & (~pl.col("volume_exists") | ~pl.col("newest"))
    last_copy = pl.col("newest") & ~pl.col("volume_exists")
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "started_at", "volume_id", "size_gib"],
        controllers=(*CONTROLLERS, "aws_backup", "dlm"),
        found=Finding(
            when=at_least_days_old("started_at", t.age_days, as_of) & spare,
            reason=pl.format(
                f"Taken {{}} days ago (at least {t.age_days}); no image or launch template uses it, and "
                f"{{}}. At most "
                "{} GiB are billed: snapshots share blocks.",
                age_days("started_at", as_of),
                _why(last_copy),
                "size_gib",
            ),
            evidence={
                "volume_id": pl.col("volume_id"),
                "volume_exists": pl.col("volume_exists"),
                "last_copy": last_copy,
                "started_at": pl.col("started_at"),
                "size_gib": pl.col("size_gib"),
                "saving_is": pl.lit("upper bound"),
            },
            money=Money.of(pl.col("size_gib") * usd("gib"), ["gib"]),
            action=ACTION,
        ),
    )


def _why(last_copy: pl.Expr) -> pl.Expr:
    """Why the snapshot is not needed for its volume."""
    return (
        pl
        .when(pl.col("volume_id") == COPIED)
        .then(pl.lit("it is a copy whose source volume AWS does not name"))
        .when(last_copy)
        .then(pl.format("it is the LAST COPY of {}, which is gone", "volume_id"))
        .when(~pl.col("volume_exists"))
        .then(pl.format("{} is gone", "volume_id"))
        .otherwise(pl.format("{} has a newer snapshot", "volume_id"))
    )


def _with_uses(snapshots: pl.LazyFrame, estate: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Snapshots with `referenced`, `volume_exists` and `newest` (of their volume, copies each their own)."""
    used = pl.concat([_snapshots_of(estate["amis"]), _snapshots_of(estate["launch_templates"])]).unique()
    volumes = estate["ebs_volumes"].select(*PLACE, pl.col("resource_id").alias("volume_id")).unique()
    yes = pl.lit(value=True)
    return (
        snapshots
        .join(
            used.with_columns(referenced=yes), on=[*PLACE, "resource_id"], how="left", maintain_order="left"
        )
        .join(
            volumes.with_columns(volume_exists=yes),
            on=[*PLACE, "volume_id"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("referenced", "volume_exists").fill_null(value=False))
        .with_columns(
            newest=(pl.col("started_at") == pl.col("started_at").max().over(*PLACE, "volume_id"))
            & (pl.col("volume_id") != COPIED)
        )
    )


def _snapshots_of(users: pl.LazyFrame) -> pl.LazyFrame:
    return users.select(*PLACE, resource_id="snapshot_ids").explode(
        "resource_id", empty_as_null=False, keep_nulls=False
    )
