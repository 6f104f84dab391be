"""What could not be read at all, or forecast at all: UNKNOWN, never silent."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from include.core.findings import FINDINGS, Status
from include.core.forecasts import SERIES
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
    return _findings(rows)


def unforecast(
    possible: pl.DataFrame, failed: Iterable[Mapping[str, Any]], outlooks: pl.DataFrame
) -> pl.DataFrame:
    """FINDINGS (UNKNOWN) of the series of failed batches (`target`, `first`, `last`) that have no outlook.

    `possible`: rows of SATURATION tell which series there may be; one that sends nothing is UNKNOWN as well.
    """
    series = possible.select(list(SERIES)).unique(maintain_order=True)
    target, id = pl.concat_str("account_id", "region", separator="/"), pl.col("resource_id")
    lost = [
        series.filter(target == one["target"], id.is_between(pl.lit(one["first"]), pl.lit(one["last"])))
        for one in failed
    ]
    rows = pl.concat([series.clear(), *lost])
    return _findings(
        rows.join(outlooks, on=list(SERIES), how="anti", maintain_order="left").with_columns(
            check_id="series_kind",
            domain=pl.lit("capacity"),
            status=pl.lit(str(Status.UNKNOWN)),
            severity=pl.lit("medium"),
            reason=pl.lit("Its batch could not be forecast: see the log of the task `forecast` that failed."),
            evidence=pl.lit("{}"),
        )
    )


def _findings(rows: pl.DataFrame) -> pl.DataFrame:
    """Every column of FINDINGS, null where there is none."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in FINDINGS.items()
    )
