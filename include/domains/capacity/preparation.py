"""From saturation's points to regular grids: hours on the wall clock, and days by their peaks.

What is missing stays missing and is flagged, never filled; outliers are flagged and kept. Both grids follow
the clock of the policy's time zone, so that a daily pattern stays in place when daylight saving begins: the
hour it skips is a gap, the two hours it repeats are one, and a day has 23 to 25 hours.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

from include.core.datasets import UTC_TIME
from include.core.forecasts import SERIES
from include.core.series import SeriesTable
from include.domains.capacity.flags import outliers, resets, shifts
from include.domains.capacity.grids import (
    GRID,
    HOUR,
    clocked,
    one_an_hour,
    period,
    whole_days,
    without_holes,
)
from include.domains.capacity.local_days import day_in_utc, in_utc

PROFILES = pl.Schema({
    "sid": pl.UInt32,
    **SERIES,
    "grain": pl.String,  # hour, day
    "status": pl.String,  # PASS, UNKNOWN
    "reason": pl.String,
    "limit": pl.Float64,  # the newest; null: none, or not known
    "limit_reason": pl.String,  # why saturation is not known; null: it is, or there is no limit
    "period_seconds": pl.Int64,  # the series' own
    "points": pl.Int64,
    "gaps": pl.Int64,
    "outliers": pl.Int64,
    "shifts": pl.Int64,
    "history_from": UTC_TIME,
    "issued_at": UTC_TIME,  # end of the last hour or day
})
"""One row per series and grain: what there is to forecast from, and whether it is enough."""

LEAST = {"hour": 48, "day": 14}
"""Points without which nothing is forecast: every season twice (days in the hours, weeks in the days)."""
FRESH = timedelta(days=2)
"""A series that ended earlier than this before `as_of` says nothing of tomorrow."""
LEAST_PRESENT = 0.5
"""Of a grid's moments; what is mostly gaps is not forecast."""


class Prepared(NamedTuple):
    """Everything a forecast is made from."""

    hours: pl.DataFrame
    """GRID of the series with a point at least every hour."""
    days: pl.DataFrame
    """GRID of whole days."""
    profiles: pl.DataFrame
    """PROFILES of every series, also of those without a single point."""


def prepare(saturation: pl.LazyFrame | pl.DataFrame, table: SeriesTable, *, as_of: datetime) -> Prepared:
    """Grids and profiles of SATURATION's series; points from `as_of` on are left out.

    ValueError: `as_of` has no time zone.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of must be time zone aware (UTC), got {as_of!r}")
    rows, names = _numbered(saturation.lazy().collect(), table)
    points = clocked(rows, names, table.time_zone, as_of)
    periods = points.group_by("sid").agg(period_seconds=period())
    zone, clock = table.time_zone, pl.col("clock")
    hours = without_holes(one_an_hour(points), "1h").with_columns(ts=in_utc(clock, zone))
    whole = without_holes(whole_days(hours, periods, zone, as_of), "1d")
    days = whole.with_columns(ts=day_in_utc(clock, zone))
    hourly = periods.filter(pl.col("period_seconds") <= HOUR)["sid"]
    hours = hours.filter(pl.col("sid").is_in(hourly.implode())) if hourly.len() < periods.height else hours
    grids = {
        "hour": outliers(hours, per_day=24).with_columns(shift=pl.lit(value=False)),
        "day": outliers(days, per_day=1).with_columns(shift=shifts() | resets()),
    }
    profiles = pl.concat(_profiles(grid, grain, names, periods, as_of) for grain, grid in grids.items())
    return Prepared(_grid(grids["hour"]), _grid(grids["day"]), profiles.sort("sid", "grain"))


def _numbered(rows: pl.DataFrame, table: SeriesTable) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The points by `sid`, and what each `sid` is. Runs of one series are numbered, not every row's names."""
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in SERIES)
    run = begins.fill_null(value=True).cum_sum()
    points = rows.select("ts", "usage", "limit", run=run)
    runs = (
        rows
        .select(*SERIES, "limit", "reason", run=run)
        .group_by("run", maintain_order=True)
        .agg(pl.col(*SERIES).first(), pl.col("limit", "reason").last())
    )
    names = (
        runs
        .group_by(*SERIES)
        .agg(pl.col("limit").last(), limit_reason=pl.col("reason").last())
        .sort(*SERIES)
        .with_row_index("sid")
        .join(_ways(table), on="series_kind", how="left", maintain_order="left")
    )
    sid_of_run = (
        runs.select("run", *SERIES).join(names.select("sid", *SERIES), on=list(SERIES)).sort("run")["sid"]
    )
    return points.select("ts", "usage", sid=sid_of_run.gather(points["run"] - 1)), names


def _ways(table: SeriesTable) -> pl.DataFrame:
    """How the points of a kind become one: a limit is met by the highest; growth is a sum or a mean."""
    ways = [
        (name, "max" if kind.limit else "sum" if kind.statistic == "Sum" and not kind.per_second else "mean")
        for name, kind in table.series.items()
    ]
    return pl.DataFrame(ways, {"series_kind": pl.String, "way": pl.String}, orient="row")


def _grid(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in GRID.items())


def _profiles(
    grid: pl.DataFrame, grain: str, names: pl.DataFrame, periods: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    step = pl.duration(hours=1 if grain == "hour" else 24)
    counted = grid.group_by("sid").agg(
        points=pl.len(),
        gaps=pl.col("usage").null_count(),
        outliers=pl.col("outlier").sum(),
        shifts=pl.col("shift").sum(),
        history_from=pl.col("ts").min(),
        issued_at=pl.col("ts").max() + step,
    )
    everything = names.join(periods, on="sid", how="left").join(counted, on="sid", how="left")
    numbers = ("points", "gaps", "outliers", "shifts")
    judged = everything.with_columns(
        pl.lit(grain).alias("grain"), *(pl.col(name).fill_null(0) for name in numbers)
    ).with_columns(reason=_reason(grain, as_of))
    status = pl.when(pl.col("reason").is_null()).then(pl.lit("PASS")).otherwise(pl.lit("UNKNOWN"))
    return judged.with_columns(status=status).select(
        pl.col(name).cast(dtype) for name, dtype in PROFILES.items()
    )


def _reason(grain: str, as_of: datetime) -> pl.Expr:
    """Why the grid is not enough to forecast from; null: it is."""
    present = pl.col("points") - pl.col("gaps")
    least = LEAST[grain]
    return (
        pl
        .when(pl.col("period_seconds").is_null())
        .then(pl.coalesce("limit_reason", pl.lit("There are no points.")))
        .when((pl.lit(grain) == "hour") & (pl.col("period_seconds") > HOUR))
        .then(pl.format("There is a point every {} s only, not every hour.", "period_seconds"))
        .when(pl.col("issued_at") < pl.lit(as_of - FRESH))
        .then(pl.format("Telemetry ended on {}.", pl.col("issued_at").dt.strftime("%Y-%m-%d %H:%M UTC")))
        .when(present < least)
        .then(pl.format(f"Only {{}} of the {least} {grain}s needed to forecast from.", present))
        .when(present < pl.col("points") * LEAST_PRESENT)
        .then(pl.format(f"{{}} of {{}} {grain}s are gaps.", "gaps", "points"))
    )
