"""NAT gateways that carry nothing: delete them.

Idle is: no byte in from clients, none out to destinations, and no active connection, over 14 days. Peers
use 7 days (cloudburn) to 32 (Compute Optimizer). Saving: the hourly price; there is no data charge to save.
A new gateway has another id, and routes to the old one become black holes.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from include.core.metrics import MetricNeed
from include.domains.cost.money import Money, monthly, priced
from include.domains.cost.telemetry import too_little, too_young, with_stats
from include.domains.cost.thresholds import Observed
from include.domains.cost.verdicts import Finding, verdicts

WINDOW_DAYS = 14
SERIES = {
    alias: MetricNeed("nat_gateways", "AWS/NATGateway", metric, statistic, "NatGatewayId")
    for alias, metric, statistic in [
        ("in", "BytesInFromSource", "Sum"),
        ("out", "BytesOutToDestination", "Sum"),
        ("active", "ActiveConnectionCount", "Maximum"),
    ]
}

READS = ("nat_gateways",)
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "ec2.delete_nat_gateway"


class Thresholds(Observed):
    """Only the coverage: idle is nothing at all."""


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every available NAT gateway."""
    available = estate["nat_gateways"].filter((pl.col("state") == "available") | pl.col("state").is_null())
    frame = priced(
        with_stats(available, estate["metric_stats"], SERIES), estate["prices"], hour=pl.lit("nat:hour")
    )
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "created_at"],
        unknown=[
            too_young("created_at", WINDOW_DAYS, as_of),
            *too_little(SERIES, t.min_coverage, WINDOW_DAYS),
        ],
        found=Finding(
            when=(pl.col("in_sum") == 0) & (pl.col("out_sum") == 0) & (pl.col("active_max") == 0),
            reason=pl.format(
                f"0 bytes and 0 connections in {WINDOW_DAYS} days ({{}} datapoints); routes to it lead "
                "nowhere once "
                "it is deleted.",
                "sample_count",
            ),
            evidence={
                "vpc_id": pl.col("vpc_id"),
                "subnet_id": pl.col("subnet_id"),
                "connectivity_type": pl.col("connectivity_type"),
                "bytes_in": pl.col("in_sum"),
                "bytes_out": pl.col("out_sum"),
                "most_connections": pl.col("active_max"),
            },
            money=Money.of(monthly("hour"), ["hour"]),
            action=ACTION,
        ),
        window_days=WINDOW_DAYS,
    )
