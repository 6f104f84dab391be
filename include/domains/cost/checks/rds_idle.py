"""RDS instances nobody connects to: keep a snapshot, stop them.

Idle is: no connection in any period of 14 days (Trusted Advisor: 7 days; Cloud Custodian and Compute
Optimizer: 14). Replicas, instances with replicas and cluster members are left out: replication opens no
connection that is counted, and they cannot be stopped alone. AWS starts a stopped instance again after 7
days (RDS User Guide, "Stopping an Amazon RDS DB instance temporarily"); the next sweep finds it again once
it has been watched. Saving: the instance price while stopped; storage is still billed.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from include.core.metrics import MetricNeed
from include.domains.cost.databases import part_of_a_set, priced_class
from include.domains.cost.money import Money, monthly
from include.domains.cost.telemetry import too_little, too_young, with_stats
from include.domains.cost.thresholds import Observed
from include.domains.cost.verdicts import Finding, verdicts

WINDOW_DAYS = 14
SERIES = {
    "connections": MetricNeed(
        "rds_instances", "AWS/RDS", "DatabaseConnections", "Maximum", "DBInstanceIdentifier"
    )
}

READS = ("rds_instances",)
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "rds.snapshot_stop_instance"


class Thresholds(Observed):
    """Only the coverage: idle is no connection at all."""


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every available instance. Where AWS would refuse to stop it, no action is proposed."""
    available = estate["rds_instances"].filter((pl.col("state") == "available") | pl.col("state").is_null())
    frame = priced_class(
        with_stats(available, estate["metric_stats"], SERIES), estate["prices"], now="instance_class"
    )
    blocked = pl.col("stop_blocked_because")
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "created_at", "replica_ids"],
        not_applicable=part_of_a_set(replicas=True),
        unknown=[
            too_young("created_at", WINDOW_DAYS, as_of),
            *too_little(SERIES, t.min_coverage, WINDOW_DAYS),
        ],
        found=Finding(
            when=pl.col("connections_max") == 0,
            reason=pl.format(
                f"0 connections in {WINDOW_DAYS} days ({{}} datapoints). {{}}",
                "sample_count",
                pl
                .when(blocked.is_null())
                .then(pl.lit("AWS starts a stopped instance again after 7 days."))
                .otherwise(pl.format("It cannot be stopped: {}.", blocked)),
            ),
            evidence={
                "instance_class": pl.col("instance_class"),
                "engine": pl.col("engine"),
                "multi_az": pl.col("multi_az"),
                "most_connections": pl.col("connections_max"),
                "stop_blocked_because": blocked,
            },
            money=Money.of(monthly("now"), ["now"]),
            action=pl.when(blocked.is_null()).then(pl.lit(ACTION)),
        ),
        window_days=WINDOW_DAYS,
    )
