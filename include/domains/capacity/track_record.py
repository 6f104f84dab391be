"""Earlier forecasts against what came, step by step: the track record.

Pure: frames in, frame out. A moment counts where there is a value, and one for the naive forecast too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import polars as pl

from include.core.forecasts import FORECAST_SCORES, SERIES
from include.domains.capacity.preparation import Prepared

KEY = [*SERIES, "grain"]
ISSUE = [*KEY, "issued_at"]
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


class Bucket(NamedTuple):
    """Steps that are scored together."""

    first: int
    last: int

    @property
    def name(self) -> str:
        return f"{self.first}-{self.last}"

    @property
    def steps(self) -> int:
        return self.last - self.first + 1


BUCKETS: Mapping[str, tuple[Bucket, ...]] = {
    "hour": (Bucket(1, 24), Bucket(25, 168), Bucket(169, 336)),
    "day": (Bucket(1, 7), Bucket(8, 30), Bucket(31, 91), Bucket(92, 365)),
}
"""By grain: the first day, the rest of the week, ...; the first week, month, quarter, year."""

SEASON = {"hour": 24, "day": 7}
"""Steps after which the naive forecast repeats itself."""


def scored(
    forecasts: pl.DataFrame, models: pl.DataFrame, prepared: Prepared, *, scored_at: datetime
) -> pl.DataFrame:
    """FORECAST_SCORES of kept FORECASTS with their FORECAST_MODELS; `prepared`: what came.

    Errors are MASE: the mean absolute error of p50 over that of the lag-season naive in the history up to
    `issued_at`, as far as what is prepared goes back (Hyndman and Koehler 2006, "Another look at measures of
    forecast accuracy"); null where that history is constant. `wql`: the mean over the quantiles of twice the
    pinball loss over the sum of what came (as in GluonTS's `mean_weighted_sum_quantile_loss`). A step of
    which nothing has come yet has no row.
    """
    numbers = prepared.profiles.select("sid", *SERIES).unique()
    mine = forecasts.join(numbers, on=list(SERIES), how="inner")
    grids = {"hour": prepared.hours, "day": prepared.days}
    found = [_of_grain(mine.filter(grain=grain), grain, grid) for grain, grid in grids.items()]
    choice = models.select(*ISSUE, "model", "chosen_at", backtest_error="error").unique(ISSUE, keep="last")
    joined = pl.concat(found).join(choice, on=ISSUE, how="left", maintain_order="left")
    at = joined.with_columns(scored_at=pl.lit(scored_at))
    return at.select(pl.col(name).cast(dtype) for name, dtype in FORECAST_SCORES.items())


def _of_grain(forecasts: pl.DataFrame, grain: str, grid: pl.DataFrame) -> pl.DataFrame:
    season, step = SEASON[grain], pl.col("step")
    numbered = grid.select(
        "sid", "ts", "usage", place=pl.int_range(pl.len(), dtype=pl.Int64).over("sid")
    ).with_columns(scale=_scale(season))
    came = numbered.filter(pl.col("ts").is_not_null()).select("sid", "ts", "place", came="usage")
    then = numbered.select("sid", repeated="place", naive="usage")
    before = numbered.select("sid", last="place", scale="scale")
    last = pl.col("place") - step
    return (
        forecasts
        .join(came, on=["sid", "ts"], how="inner")
        .with_columns(last=last, repeated=last - season + 1 + (step - 1) % season)
        .join(then, on=["sid", "repeated"], how="inner")
        .join(before, on=["sid", "last"], how="inner")
        .filter(pl.col("came").is_finite(), pl.col("naive").is_finite(), pl.col("p50").is_finite())
        .with_columns(horizon=_horizon(grain))
        .filter(pl.col("horizon").is_not_null())
        .group_by(*ISSUE, "horizon", maintain_order=True)
        .agg(_errors())
    )


def _scale(season: int) -> pl.Expr:
    """The lag-season naive's mean absolute error up to each moment."""
    off = (pl.col("usage") - pl.col("usage").shift(season)).abs()
    return (off.cum_sum() / off.cum_count()).forward_fill().over("sid")


def _horizon(grain: str) -> pl.Expr:
    step, none = pl.col("step"), pl.lit(None, pl.String)
    return pl.coalesce(
        pl.when(step.is_between(one.first, one.last)).then(pl.lit(one.name)).otherwise(none)
        for one in BUCKETS[grain]
    )


def _errors() -> list[pl.Expr]:
    came, scale = pl.col("came"), pl.col("scale").first()

    def scaled(off: pl.Expr) -> pl.Expr:
        return pl.when(scale > 0).then(off.abs().mean() / scale)

    loss = pl.sum_horizontal(_pinball(name, share).sum() for name, share in QUANTILES.items())
    total = came.abs().sum()
    return [
        pl.len().cast(pl.Int64).alias("points"),
        scaled(came - pl.col("p50")).alias("error"),
        scaled(came - pl.col("naive")).alias("naive_error"),
        pl.when(total > 0).then(2 * loss / total / len(QUANTILES)).alias("wql"),
        came.is_between("p10", "p90").mean().alias("coverage"),
    ]


def _pinball(name: str, share: float) -> pl.Expr:
    off = pl.col("came") - pl.col(name)
    return pl.max_horizontal(off * share, off * (share - 1))
