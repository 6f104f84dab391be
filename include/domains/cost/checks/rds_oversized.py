"""RDS instances whose work fits one class down: change their class.

All of these over 14 days: p95 of the periods' highest CPU below 40 %, free memory never at or below half of
the class's memory, and never half of the connections the smaller class would allow. Source: the defaults of
docs/how-to-add-a-check.md (Flexera: CPU below 40 % over 30 days; Powerpipe's Thrifty: below 25 %). The
engine's own default for `max_connections` is used (RDS User Guide, "Quotas and constraints": maximum number
of database connections); a parameter group of your own may allow more. Burstable classes must also sustain
their mean CPU.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.core.databases import default_max_connections
from include.core.metrics import MetricNeed
from include.domains.cost.databases import part_of_a_set, priced_class
from include.domains.cost.instance_types import credits_suffice, with_type
from include.domains.cost.money import Money, monthly, usd
from include.domains.cost.telemetry import too_little, too_young, with_stats
from include.domains.cost.thresholds import Observed, Percent
from include.domains.cost.verdicts import Case, Finding, verdicts

WINDOW_DAYS = 14
MIB = 1024 * 1024
SERIES = {
    alias: MetricNeed("rds_instances", "AWS/RDS", metric, statistic, "DBInstanceIdentifier")
    for alias, metric, statistic in [
        ("cpu", "CPUUtilization", "Maximum"),
        ("free", "FreeableMemory", "Minimum"),
        ("connections", "DatabaseConnections", "Maximum"),
    ]
}

READS = ("rds_instances",)
METRICS = tuple(SERIES.values())
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "rds.modify_instance_class"


class Thresholds(Observed):
    """Defaults: half of everything the smaller class would have."""

    cpu_percent: Percent = Field(40.0, description="p95 below this")
    free_memory_percent: Percent = Field(50.0, description="of the class's memory, always above this")
    connections_percent: Percent = Field(50.0, description="of the smaller class's default, below this")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every available instance outside clusters and replicas."""
    available = estate["rds_instances"].filter((pl.col("state") == "available") | pl.col("state").is_null())
    frame = with_stats(available, estate["metric_stats"], SERIES)
    types = ("vcpu", "memory_mib", "smaller_type")
    frame = with_type(frame, pl.col("instance_class").str.strip_prefix("db."), "cur", columns=types)
    # RDS offers no nano class.
    smaller = pl.col("cur_smaller_type").replace_strict(
        {"t2.nano": None, "t3.nano": None, "t3a.nano": None, "t4g.nano": None},
        default=pl.col("cur_smaller_type"),
    )
    frame = with_type(frame, smaller, "new", columns=("vcpu", "memory_mib", "baseline_percent"))
    frame = priced_class(
        frame.with_columns(new_class=pl.format("db.{}", "new_type")),
        estate["prices"],
        now="instance_class",
        then="new_class",
    ).with_columns(
        free_percent=pl.col("free_min") / (pl.col("cur_memory_mib") * MIB) * 100,
        allowed=default_max_connections(pl.col("engine"), pl.col("new_memory_mib") * MIB),
    )
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "created_at", "instance_class", "engine", "multi_az"],
        not_applicable=[
            *part_of_a_set(replicas=False),
            Case(
                pl.col("cur_vcpu").is_not_null() & pl.col("new_vcpu").is_null(),
                pl.lit("There is no smaller class of this family."),
            ),
        ],
        unknown=[
            Case(
                pl.col("cur_vcpu").is_null(),
                pl.format("Class {} is not in the list of instance types: refresh it.", "instance_class"),
            ),
            Case(
                pl.col("allowed").is_null(),
                pl.format("How many connections {} allows by default is not known.", "engine"),
            ),
            too_young("created_at", WINDOW_DAYS, as_of),
            *too_little(SERIES, t.min_coverage, WINDOW_DAYS),
        ],
        found=Finding(
            when=(pl.col("cpu_p95") < t.cpu_percent)
            & (pl.col("free_percent") > t.free_memory_percent)
            & (pl.col("connections_max") < pl.col("allowed") * t.connections_percent / 100)
            & credits_suffice()
            & (usd("then") < usd("now")).fill_null(value=True),
            reason=pl.format(
                f"p95 CPU {{}} % (below {t.cpu_percent:g} %), at least {{}} % of memory free (above "
                f"{t.free_memory_percent:g} %) and at most {{}} connections (below "
                f"{t.connections_percent:g} % of the "
                f"{{}} of {{}}) over {WINDOW_DAYS} days.",
                pl.col("cpu_p95").round(1),
                pl.col("free_percent").round(1),
                pl.col("connections_max").cast(pl.Int64),
                "allowed",
                "new_class",
            ),
            evidence={
                "instance_class": pl.col("instance_class"),
                "smaller_class": pl.col("new_class"),
                "engine": pl.col("engine"),
                "multi_az": pl.col("multi_az"),
                "p95_cpu_percent": pl.col("cpu_p95").round(2),
                "least_free_memory_percent": pl.col("free_percent").round(2),
                "most_connections": pl.col("connections_max"),
                "smaller_class_max_connections": pl.col("allowed"),
            },
            money=Money.of(monthly("now") - monthly("then"), ["now", "then"]),
            action=ACTION,
            params={"instance_class": pl.col("new_class")},
        ),
        window_days=WINDOW_DAYS,
    )
