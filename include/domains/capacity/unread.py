"""What could not be read at all: each kind of series on it is UNKNOWN for the whole target, never silent."""

import polars as pl

from include.core.findings import FINDINGS, Status
from include.core.series import SeriesTable

EVERYTHING = "*"
METRICS = "cloudwatch:"
"""How the APIs behind telemetry begin; without telemetry a series has its own row, with the reason."""


def findings(gaps: pl.DataFrame, table: SeriesTable) -> pl.DataFrame:
    """FINDINGS (UNKNOWN) of GAPS: one per enabled kind and target whose dataset was not read whole."""
    kinds = pl.DataFrame(
        [(name, kind.dataset) for name, kind in table.enabled().items()],
        schema={"check_id": pl.String, "dataset": pl.String},
        orient="row",
    )
    missing = gaps.filter(~pl.col("api").str.starts_with(METRICS).fill_null(value=False))
    rows = (
        missing
        .with_columns(why=pl.format("{}: {}", pl.col("code").fill_null("?"), pl.col("reason").fill_null("?")))
        .group_by("account_id", "region", "dataset", maintain_order=True)
        .agg(pl.col("why").unique(maintain_order=True).str.join("; "))
        .join(kinds, on="dataset", how="inner", maintain_order="left")
        .with_columns(
            domain=pl.lit("capacity"),
            resource_type="dataset",
            resource_id=pl.lit(EVERYTHING),
            status=pl.lit(str(Status.UNKNOWN)),
            severity=pl.lit("medium"),
            reason=pl.format("{} could not be read ({}).", "dataset", "why"),
            evidence=pl.lit("{}"),
        )
    )
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in FINDINGS.items()
    )
