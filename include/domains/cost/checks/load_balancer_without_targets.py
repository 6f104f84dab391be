"""Load balancers with nothing registered behind them: delete them.

Threshold: made at least 7 days ago, no registered target or instance now (Thrifty and cloudburn look at
now, Flexera asks for an hour; a week spares what is being built). An application load balancer without any
target group may do its work by redirects or fixed responses alone, which are not seen: it is found, but no
action is proposed. A new load balancer has another DNS name. Saving: the hourly price; without targets no
capacity units.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from pydantic import Field

from include.domains.cost.money import Money, monthly, priced
from include.domains.cost.telemetry import age_days, at_least_days_old
from include.domains.cost.thresholds import Days, Settings
from include.domains.cost.verdicts import Finding, verdicts

READS = ("load_balancers",)
METRICS = ()
HISTORY: dict[str, str] = {}
SEVERITY = "medium"
ACTION = "elb.delete_load_balancer"


class Thresholds(Settings):
    """Default: a week to be set up in."""

    created_days: Days = Field(7, description="made at least so long ago")


def judge(estate: Mapping[str, pl.LazyFrame], t: Thresholds, *, as_of: datetime) -> pl.LazyFrame:
    """FINDINGS of every active load balancer of any kind."""
    active = pl.col("state").is_in(["active", "active_impaired"]) | pl.col("state").is_null()
    frame = priced(
        estate["load_balancers"].filter(active),
        estate["prices"],
        hour=pl.format("elb:{}:hour", "kind"),
    )
    redirects = (pl.col("kind") == "application") & (pl.col("target_group_count") == 0)
    return verdicts(
        frame,
        __name__,
        READS[0],
        SEVERITY,
        inputs=["state", "kind", "created_at", "target_count", "target_group_count"],
        found=Finding(
            when=at_least_days_old("created_at", t.created_days, as_of) & (pl.col("target_count") == 0),
            reason=pl.format(
                f"{{}} load balancer, made {{}} days ago (at least {t.created_days}), has 0 targets in "
                f"{{}} target "
                "groups.{}",
                pl.col("kind").str.to_titlecase(),
                age_days("created_at", as_of),
                "target_group_count",
                pl
                .when(redirects)
                .then(pl.lit(" It may serve redirects or fixed responses: look at its rules."))
                .otherwise(pl.lit("")),
            ),
            evidence={
                "kind": pl.col("kind"),
                "target_group_count": pl.col("target_group_count"),
                "target_count": pl.col("target_count"),
                "created_at": pl.col("created_at"),
                "dns_name": pl.col("dns_name"),
            },
            money=Money.of(monthly("hour"), ["hour"]),
            action=pl.when(~redirects).then(pl.lit(ACTION)),
            params={"kind": pl.col("kind")},
        ),
    )
