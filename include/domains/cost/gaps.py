"""What could not be read turns verdicts into UNKNOWN: missing data is never PASS."""

from collections.abc import Sequence

import polars as pl

from include.core.findings import FINDINGS, Status
from include.core.metrics import MetricNeed
from include.domains.cost.verdicts import check_id

TARGET = ["account_id", "region"]
TELEMETRY = "cloudwatch:"
"""How the APIs behind telemetry begin; their gaps concern only the checks that read metrics."""
TELEMETRY_DATASETS = ("metrics", "metric_stats")


def relevant(gaps: pl.DataFrame, reads: Sequence[str], metrics: Sequence[MetricNeed]) -> pl.DataFrame:
    """One row per target that a check with these READS and METRICS cannot see whole: TARGET and `why`."""
    measured = sorted({need.dataset for need in metrics})
    from_telemetry = pl.col("api").str.starts_with(TELEMETRY).fill_null(value=False)
    own = pl.col("dataset").is_in(list(reads)) & ~from_telemetry
    telemetry = pl.col("dataset").is_in(measured) & from_telemetry
    if metrics:
        telemetry |= pl.col("dataset").is_in(list(TELEMETRY_DATASETS))
    return (
        gaps
        .filter(own | telemetry)
        .with_columns(
            why=pl.format(
                "{} ({}): {}", "dataset", pl.col("code").fill_null("?"), pl.col("reason").fill_null("?")
            )
        )
        .group_by(TARGET, maintain_order=True)
        .agg(why=pl.col("why").unique(maintain_order=True).str.join("; "))
    )


def with_gaps(found: pl.LazyFrame, hidden: pl.DataFrame) -> pl.LazyFrame:
    """FINDINGS with PASS and FAIL of the hidden targets turned into UNKNOWN for the gap's reason."""
    joined = found.join(hidden.lazy(), on=TARGET, how="left", maintain_order="left")
    turned = pl.col("why").is_not_null() & pl.col("status").is_in([Status.PASS, Status.FAIL])
    only_with_fail = ("saving_usd_month", "price_source", "price_date", "action", "params")
    return joined.with_columns(
        status=pl.when(turned).then(pl.lit(str(Status.UNKNOWN))).otherwise("status"),
        reason=pl.when(turned).then(pl.format("Could not be judged: {}", "why")).otherwise("reason"),
        **{name: pl.when(~turned).then(name) for name in only_with_fail},
    ).select(FINDINGS.names())


def whole_targets(hidden: pl.DataFrame, module: str, dataset: str, severity: str) -> pl.DataFrame:
    """FINDINGS: one UNKNOWN row per hidden target, for all resources it may have."""
    return hidden.select(
        pl.lit(None).cast(dtype).alias(name)
        if name not in _WHOLE
        else _whole(name, module, dataset, severity)
        for name, dtype in FINDINGS.items()
    )


_WHOLE = {
    "check_id",
    "domain",
    *TARGET,
    "resource_type",
    "resource_id",
    "status",
    "severity",
    "reason",
    "evidence",
}


def _whole(name: str, module: str, dataset: str, severity: str) -> pl.Expr:
    if name in TARGET:
        return pl.col(name)
    if name == "reason":
        return pl.format("Could not be read: {}", "why").alias(name)
    values = {
        "check_id": check_id(module),
        "domain": "cost",
        "resource_type": dataset,
        "resource_id": "*",
        "status": str(Status.UNKNOWN),
        "severity": severity,
        "evidence": "{}",
    }
    return pl.lit(values[name]).alias(name)
