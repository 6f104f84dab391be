"""What the days ahead say, as FORECASTS and FORECAST_MODELS of grain day."""

import json

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.core.forecasts import FORECAST_MODELS, FORECASTS, SERIES
from include.domains.capacity.local_days import day_after
from include.domains.capacity.trend.backtest import Tested, names
from include.domains.capacity.trend.candidates import NAIVE, STRUCTURAL
from include.domains.capacity.trend.weekly import Floats

WEIGHED = "weighed anew: the trend's backtest costs little, and runs every time"
UNUSUAL = "Outside of known events and outliers there are too few days to forecast from."

TESTED = pl.Schema({
    "sid": pl.UInt32,
    "model": pl.String,
    "weights": pl.String,
    "error": pl.Float64,
    "naive_error": pl.Float64,
    "coverage": pl.Float64,
    "candidates": pl.String,
    "origins": pl.Int64,
    "seconds": pl.Float64,
})


def forecasts(
    series: pl.DataFrame, quantiles: Floats, horizons: NDArray[np.int64], zone: str
) -> pl.DataFrame:
    count, ahead = quantiles.shape[1:]
    step = np.arange(1, ahead + 1)
    long = pl.DataFrame({
        "row": np.repeat(np.arange(count, dtype=np.uint32), ahead),
        "step": np.tile(step, count),
        **{name: quantiles[n].ravel() for n, name in enumerate(("p10", "p50", "p90"))},
    })
    named = series.select(*SERIES, "grain", "issued_at", horizon=pl.Series(horizons)).with_row_index("row")
    return (
        long
        .join(named, on="row", maintain_order="left")
        .filter(pl.col("step") <= pl.col("horizon"))
        .with_columns(ts=day_after(pl.col("issued_at"), pl.col("step") - 1, zone))
        .select(pl.col(name).cast(dtype) for name, dtype in FORECASTS.items())
    )


def tested(series: pl.DataFrame, tested: Tested, seconds: float) -> pl.DataFrame:
    errors = np.where(np.isfinite(tested.errors), tested.errors, np.nan)
    rows = [
        {
            "sid": sid,
            "model": " + ".join(names(share)),
            "weights": json.dumps(names(share)),
            "candidates": json.dumps(
                {} if np.isnan(trend) else {STRUCTURAL: trend, "half_half": half, NAIVE: flat}
            ),
            "origins": origins,
            "seconds": seconds,
        }
        for sid, share, (trend, half, flat), origins in zip(
            series["sid"], tested.share, errors.tolist(), tested.origins.tolist(), strict=True
        )
    ]
    numbers = {
        name: pl.Series(values).fill_nan(None)
        for name, values in (
            ("error", tested.error), ("naive_error", tested.naive_error), ("coverage", tested.coverage),
        )
    }  # fmt: skip
    frame = pl.DataFrame(rows).with_columns(**numbers)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in TESTED.items())


def models(profiles: pl.DataFrame, tested: pl.DataFrame) -> pl.DataFrame:
    """FORECAST_MODELS of all profiles."""
    told = pl.col("model").is_null() & (pl.col("status") == "PASS")
    known = profiles.join(tested, on="sid", how="left", maintain_order="left").with_columns(
        status=pl.when(told).then(pl.lit("UNKNOWN")).otherwise("status"),
        reason=pl.when(told).then(pl.lit(UNUSUAL)).otherwise("reason"),
        chosen_at=pl.when(pl.col("model").is_not_null()).then("issued_at"),
        chosen_because=pl.when(pl.col("model").is_not_null()).then(pl.lit(WEIGHED)),
    )
    return known.select(pl.col(name).cast(dtype) for name, dtype in FORECAST_MODELS.items())
