"""DynamoDB tables with provisioned capacity that nobody consumes: bill them per request.

Unused is: no read and no write capacity consumed in 30 days (cloudburn). DynamoDB sends these metrics only
when something is consumed (Developer Guide, "DynamoDB metrics and dimensions"), so missing datapoints mean
zero; but a series nobody asked for means UNKNOWN. Reads that go to a secondary index alone are not in the
table's own series; per-request billing serves them as well. Saving: the whole provisioned capacity, free
tier ignored.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from include.core.metrics import MetricNeed
from include.domains.cost.money import HOURS_PER_MONTH, Money, priced, usd
from include.domains.cost.telemetry import never_asked, too_young, with_stats
from include.domains.cost.thresholds import Settings
from include.domains.cost.verdicts import Finding, verdicts

WINDOW_DAYS = 30
SERIES = {
    alias: MetricNeed("dynamodb_tables", "AWS/DynamoDB", metric, "Sum", "TableName", window_days=WINDOW_DAYS)
    for alias, metric in [("read", "ConsumedReadCapacityUnits"), ("write", "ConsumedWriteCapacityUnits")]
}

READS = ("dynamodb_tables",)
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "dynamodb.set_billing_mode"


class Thresholds(Settings):
    """Nothing to set: unused is nothing at all."""


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every table with provisioned capacity. Replicated tables change in all regions at once:
    found, but no action is proposed."""
    mode = pl.col("billing_mode")
    active = (pl.col("state") == "ACTIVE") | pl.col("state").is_null()
    tables = estate["dynamodb_tables"].filter(active & ((mode == "PROVISIONED") | mode.is_null()))
    standard = pl.col("table_class").fill_null("STANDARD") == "STANDARD"
    frame = priced(
        with_stats(tables, estate["metric_stats"], SERIES),
        estate["prices"],
        rcu=pl.when(standard).then(pl.lit("dynamodb:rcu:hour")),
        wcu=pl.when(standard).then(pl.lit("dynamodb:wcu:hour")),
    )
    hourly = pl.col("read_capacity") * usd("rcu") + pl.col("write_capacity") * usd("wcu")
    alone = (pl.col("replica_count") == 0).fill_null(value=False)
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "billing_mode", "created_at", "read_capacity", "write_capacity"],
        unknown=[too_young("created_at", WINDOW_DAYS, as_of), never_asked(SERIES)],
        found=Finding(
            when=(_consumed("read") == 0)
            & (_consumed("write") == 0)
            & (pl.col("read_capacity") + pl.col("write_capacity") > 0),
            reason=pl.format(
                f"0 of {{}} read and {{}} write capacity units consumed in {WINDOW_DAYS} days.{{}}",
                "read_capacity",
                "write_capacity",
                pl.when(alone).then(pl.lit("")).otherwise(pl.lit(" It has replicas: change them together.")),
            ),
            evidence={
                "read_capacity": pl.col("read_capacity"),
                "write_capacity": pl.col("write_capacity"),
                "consumed_read": _consumed("read"),
                "consumed_write": _consumed("write"),
                "index_names": pl.col("index_names"),
                "replica_count": pl.col("replica_count"),
                "item_count": pl.col("item_count"),
            },
            money=Money.of(hourly * HOURS_PER_MONTH, ["rcu", "wcu"]),
            action=pl.when(alone).then(pl.lit(ACTION)),
            params={"billing_mode": pl.lit("PAY_PER_REQUEST")},
        ),
        controllers=(),
        window_days=WINDOW_DAYS,
    )


def _consumed(series: str) -> pl.Expr:
    """Sum over the window; a series with no datapoint consumed nothing."""
    return pl.when(pl.col(f"{series}_samples") == 0).then(pl.lit(0.0)).otherwise(pl.col(f"{series}_sum"))
