"""CloudWatch log groups that keep everything for ever: set a retention.

Defaults: 365 days for production and for what carries no environment (Prowler's default), 90 days for the
rest (Thrifty's age of a stale stream). Older logs are lost once it is set. Saving: CloudWatch says how much a
group stores, not how old it is, so what would go at once is estimated as if the logs had come in evenly since
the group was made; a group younger than its retention saves nothing yet, and its saving is unknown.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, Field

from include.domains.cost.money import Money, priced, usd
from include.domains.cost.telemetry import age_days
from include.domains.cost.thresholds import Settings
from include.domains.cost.verdicts import Case, Finding, verdicts

READS = ("log_groups",)
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "low"
ACTION = "logs.put_retention"
GIB = 2**30
PERMITTED = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""CloudWatch Logs API reference, PutRetentionPolicy, retentionInDays."""


def _permitted(days: int) -> int:
    if days not in PERMITTED:
        raise ValueError(f"expected one of {', '.join(map(str, PERMITTED))}, got {days}")
    return days


Retention = Annotated[int, AfterValidator(_permitted)]


class Thresholds(Settings):
    """Defaults: Prowler's for production, Thrifty's for the rest."""

    production_days: Retention = Field(365, description="for production, and where no environment is tagged")
    other_days: Retention = Field(90, description="for every other environment")
    production_names: tuple[str, ...] = Field(
        ("production", "prod", "prd", "live"), description="environments that count as production"
    )


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every log group. A null retention is AWS's own word for ever."""
    careful = pl.col("environment").is_null() | pl.col("environment").is_in(list(t.production_names))
    frame = priced(estate["log_groups"], estate["prices"], gib=pl.lit("logs:stored:gib-month")).with_columns(
        keep=pl.when(careful).then(pl.lit(t.production_days)).otherwise(pl.lit(t.other_days)),
        age=age_days("created_at", as_of),
    )
    older_share = ((pl.col("age") - pl.col("keep")) / pl.col("age")).clip(lower_bound=0)
    older_gib = pl.when(pl.col("age") > 0).then(pl.col("stored_bytes") / GIB * older_share)
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["resource_id"],
        not_applicable=[
            Case(pl.col("log_group_class") == "DELIVERY", pl.lit("Delivery class: AWS fixes its retention."))
        ],
        found=Finding(
            when=pl.col("retention_days").is_null(),
            reason=pl.format(
                "Kept for ever: {}; {} days suit {}, and older logs would be lost.",
                pl.format("{} GiB so far", (pl.col("stored_bytes") / GIB).round(2)).fill_null(
                    "its size is not known"
                ),
                "keep",
                pl.format("its environment ({})", "environment").fill_null(
                    "a group without an environment tag"
                ),
            ),
            evidence={
                "stored_bytes": pl.col("stored_bytes"),
                "created_at": pl.col("created_at"),
                "retention_days": pl.col("retention_days"),
                "older_gib_estimated": older_gib.round(3),
                "saving_is": pl.lit("estimate: as if logs had come in evenly"),
            },
            money=Money.of(older_gib * usd("gib"), ["gib"]),
            action=ACTION,
            params={"retention_days": pl.col("keep")},
        ),
        controllers=(),
    )
