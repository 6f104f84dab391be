"""S3 buckets that keep the parts of unfinished uploads for ever: let a lifecycle rule abort them.

Default: aborted within 7 days by an enabled rule for the whole bucket (AWS Config
`s3-lifecycle-policy-check` with the S3 User Guide's "Configuring a bucket lifecycle configuration to delete
incomplete multipart uploads", whose example is 7 days; Thrifty, cloudburn). Saving: what the parts found
now cost, where they could be sized.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.domains.cost.money import Money, priced, usd
from include.domains.cost.telemetry import age_days
from include.domains.cost.thresholds import Days, Settings
from include.domains.cost.verdicts import Finding, verdicts

READS = ("s3_buckets",)
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "low"
ACTION = "s3.put_lifecycle"
GIB = 2**30


class Thresholds(Settings):
    """Default: the S3 User Guide's example."""

    abort_days: Days = Field(7, description="unfinished uploads are aborted after so many days at the latest")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every bucket; UNKNOWN where its lifecycle may not be read."""
    frame = priced(estate["s3_buckets"], estate["prices"], gib=pl.lit("s3:standard:gib-month"))
    days = pl.col("aborts_multipart_days")
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["lifecycle_rules"],
        found=Finding(
            when=days.is_null() | (days > t.abort_days).fill_null(value=False),
            reason=pl.format(
                "{} (within {} days is expected); {}.",
                pl
                .when(days.is_null())
                .then(pl.lit("No enabled rule for the whole bucket aborts unfinished uploads"))
                .otherwise(pl.format("Unfinished uploads are aborted after {} days only", days)),
                pl.lit(t.abort_days),
                _lying_around(as_of),
            ),
            evidence={
                "aborts_multipart_days": days,
                "multipart_upload_count": pl.col("multipart_upload_count"),
                "multipart_bytes": pl.col("multipart_bytes"),
                "oldest_multipart_at": pl.col("oldest_multipart_at"),
            },
            money=Money.of(pl.col("multipart_bytes") / GIB * usd("gib"), ["gib"]),
            action=ACTION,
            params={"abort_multipart_days": pl.lit(t.abort_days)},
        ),
        controllers=(),
    )


def _lying_around(as_of: datetime) -> pl.Expr:
    """How many uploads are unfinished now, and since when."""
    count, oldest = pl.col("multipart_upload_count"), age_days("oldest_multipart_at", as_of)
    return (
        pl
        .when(count.is_null())
        .then(pl.lit("unfinished uploads could not be counted"))
        .when(count == 0)
        .then(pl.lit("none is unfinished now"))
        .when(oldest.is_null())
        .then(pl.format("{} unfinished now", count))
        .otherwise(pl.format("{} unfinished now, the oldest for {} days", count, oldest))
    )
