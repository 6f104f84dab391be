"""Models whose live error has drifted from their backtest, as findings: the next run chooses anew."""

import polars as pl

from include.core.findings import FINDINGS
from include.core.forecasts import SERIES

CHECK = "forecast_drift"


def findings(records: pl.DataFrame, outlooks: pl.DataFrame) -> pl.DataFrame:
    """FINDINGS (FAIL) of RECORD, one per drifted series and grain; names and tags come from OUTLOOKS."""
    named = outlooks.filter(scenario="base").select(*SERIES, "name", "environment").unique(list(SERIES))
    drifted = records.filter("drifted").join(named, on=list(SERIES), how="left", maintain_order="left")
    numbers = [pl.col(name).round(2) for name in ("error", "backtest_error", "naive_error")]
    rows = drifted.with_columns(
        check_id=pl.lit(CHECK),
        domain=pl.lit("capacity"),
        status=pl.lit("FAIL"),
        severity=pl.lit("low"),
        sample_count="forecasts",
        reason=pl.format(
            "The forecast of {} by {} missed by {} (MASE) where its backtest promised {} (the naive: {}); "
            "{} of {} forecasts were worse than promised. The next run chooses a model anew.",
            pl.format("{} per {}", "series_kind", "grain"), "model", *numbers, "worse", "forecasts",
        ),
        evidence=pl.struct(
            "series_kind", "grain", "model", "chosen_at", "forecasts", "worse", "chance", "error",
            "naive_error", "backtest_error",
        ).struct.json_encode(),
    )  # fmt: skip
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in FINDINGS.items()
    )
