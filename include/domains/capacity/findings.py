"""Outlooks as findings: a plan that is due is a FAIL, what cannot be known is UNKNOWN."""

import polars as pl

from include.core.findings import FINDING_COUNTS, FINDINGS, Status
from include.core.series import SeriesTable
from include.domains.capacity.preparation import LEAST

DOMAIN = "capacity"
EVIDENCE = (
    *("title", "unit", "limit", "threshold", "usage", "headroom", "growth_month", "threshold_p50"),
    *("exhausts_p10", "exhausts_p50", "exhausts_p90", "risk", "risk_says", "recommended_limit"),
)


def findings(outlooks: pl.DataFrame, table: SeriesTable) -> pl.DataFrame:
    """FINDINGS (FAIL and UNKNOWN) of the base scenario of OUTLOOKS; `check_id` is the kind of series.

    `window_days`: of a kind whose limit is a constant (100 % of whatever machine there is) the days that a
    forecast takes at least, since what came before a change says nothing of the larger machine; else null:
    the limit itself has moved.
    The resource is the one the action changes: the scaling target of a table, where there is one; the series'
    own is then in the evidence. More capacity costs: `saving_usd_month` is below 0, null where not known, 0
    only where AWS charges nothing for it.
    """
    fail = pl.col("status") == str(Status.FAIL)
    base = outlooks.filter(
        pl.col("scenario") == "base", pl.col("status").is_in([str(Status.FAIL), str(Status.UNKNOWN)])
    )
    advice = pl.when(fail).then(pl.concat_str(pl.lit(" "), pl.col("recommended_for"))).fill_null("")
    evidence = pl.struct("resource_type", "resource_id", *EVIDENCE).struct.json_encode()
    return base.with_columns(
        check_id="series_kind",
        domain=pl.lit(DOMAIN),
        evidence=pl.when(fail).then(evidence).otherwise(pl.lit("{}")),
        reason=pl.concat_str("reason", advice),
        saving_usd_month=pl.when(fail).then(0 - pl.col("cost_usd_month")),  # of nothing nothing, and not -0.0
        resource_type=pl.coalesce("acts_on_type", "resource_type"),
        resource_id=pl.coalesce("acts_on_id", "resource_id"),
        window_days=pl.when(fail & pl.col("series_kind").is_in(_constant(table))).then(LEAST["day"]),
        sample_count=pl.lit(None),
        coverage=pl.lit(None),
    ).select(pl.col(name).cast(dtype) for name, dtype in FINDINGS.items())


def _constant(table: SeriesTable) -> list[str]:
    """The kinds whose limit no change moves."""
    return [
        name
        for name, kind in table.series.items()
        if kind.limit and all(one.constant is not None for one in kind.limit)
    ]


def counts(outlooks: pl.DataFrame) -> pl.DataFrame:
    """FINDING_COUNTS of the base scenario."""
    base = outlooks.filter(pl.col("scenario") == "base")
    return (
        base
        .group_by(check_id="series_kind", status="status")
        .agg(n=pl.len())
        .sort("check_id", "status")
        .with_columns(domain=pl.lit(DOMAIN))
        .select(pl.col(name).cast(dtype) for name, dtype in FINDING_COUNTS.items())
    )
