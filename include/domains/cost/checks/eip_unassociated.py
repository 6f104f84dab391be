"""Elastic IP addresses that have been unassociated for a week: release them.

Threshold: 7 days (Cloud Custodian, OptScale). AWS does not say since when an address is unassociated, so our
own snapshots do: the first observation of the present state. Price: EC2 on-demand pricing, "public IPv4
address". A released address cannot be had back.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.domains.cost.money import Money, monthly, priced
from include.domains.cost.telemetry import age_days, at_least_days_old
from include.domains.cost.thresholds import Days, Settings
from include.domains.cost.verdicts import Case, Finding, verdicts

READS = ("elastic_ips",)
METRICS = ()
HISTORY = {"elastic_ips": "association_id"}
SEVERITY = "low"
ACTION = "ec2.release_address"


class Thresholds(Settings):
    """Default: Cloud Custodian's and OptScale's."""

    unassociated_days: Days = Field(7, description="observed without association for at least so long")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every address. One seen unassociated for less than the threshold is in order where its
    target has been watched for that long, and UNKNOWN where it has not."""
    since = estate["elastic_ips_since"].select(
        "account_id",
        "region",
        "resource_id",
        "since",
        watched_since=pl.col("since").min().over("account_id", "region"),
    )
    frame = priced(
        estate["elastic_ips"].join(
            since, on=["account_id", "region", "resource_id"], how="left", maintain_order="left"
        ),
        estate["prices"],
        hour=pl.lit("eip:idle:hour"),
    )
    free = pl.all_horizontal(pl.col("association_id", "instance_id", "network_interface_id").is_null())
    watched = at_least_days_old("watched_since", t.unassociated_days, as_of)
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["resource_id"],
        unknown=[
            Case(
                free & (~watched).fill_null(value=True),
                pl.format(
                    f"Unassociated, but watched for {{}} of {t.unassociated_days} days only.",
                    age_days("watched_since", as_of).fill_null(0),
                ),
            )
        ],
        found=Finding(
            when=free & at_least_days_old("since", t.unassociated_days, as_of).fill_null(value=False),
            reason=pl.format(
                f"{{}} has been unassociated for at least {{}} days (threshold {t.unassociated_days}); "
                "once released "
                "it cannot be had back.",
                pl.col("public_ip").fill_null(pl.col("resource_id")),
                age_days("since", as_of),
            ),
            evidence={"public_ip": pl.col("public_ip"), "unassociated_since_at_least": pl.col("since")},
            money=Money.of(monthly("hour"), ["hour"]),
            action=ACTION,
        ),
    )
