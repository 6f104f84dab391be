"""From saturation's points to regular grids: hours on the wall clock, and days by their peaks.

What is missing stays missing and is flagged, never filled; outliers are flagged and kept. Both grids follow
the clock of the policy's time zone, so that a daily pattern stays in place when daylight saving begins: the
hour it skips is a gap, the two hours it repeats are one, and a day has 23 to 25 hours.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from include.core.datasets import UTC_TIME
from include.core.forecasts import SERIES
from include.core.series import SeriesTable
from include.domains.capacity.flags import outliers, resets, shifts

GRID = pl.Schema({
    "sid": pl.UInt32,  # the series, as PROFILES names it
    "ts": UTC_TIME,  # start of the hour or day; null: an hour that daylight saving skips
    "clock": pl.Datetime("us"),  # the same on the wall clock of the policy's time zone: regular
    "usage": pl.Float64,  # the highest (without a limit: mean, of bytes and the like the sum); null: a gap
    "outlier": pl.Boolean,  # far from the same time on the days and weeks before and after
    "shift": pl.Boolean,  # days only: a new level begins here, or a counter began anew
})
"""One row per series and hour or day, without holes, up to the last point. Sorted by series and time."""

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
WHOLE_DAY = 0.75
"""Of a day's points; the peak of less would be too low, so that the day is a gap."""
LEAST_PRESENT = 0.5
"""Of a grid's moments; what is mostly gaps is not forecast."""
HOUR = 3600
DAY = 24 * HOUR


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
    points = _points(rows, names, table.time_zone, as_of)
    periods = points.group_by("sid").agg(period_seconds=_period())
    hours = _without_holes(_one_an_hour(points), "1h", table.time_zone)
    days = _without_holes(_days(hours, periods, names, table.time_zone, as_of), "1d", table.time_zone)
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


def _points(rows: pl.DataFrame, names: pl.DataFrame, zone: str, as_of: datetime) -> pl.DataFrame:
    """Each finite point, its hour on the wall clock, and how it is to be taken together."""
    clock = pl.col("ts").dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.truncate("1h")
    return (
        rows
        .lazy()
        .filter(pl.col("ts") < as_of, pl.col("usage").is_finite())
        .sort("sid", "ts")
        .select("sid", "ts", "usage", clock=clock, way=pl.lit(names["way"]).gather("sid"))
        .collect()
    )


def _period() -> pl.Expr:
    """The usual seconds between two points; of a single point a day."""
    return pl.col("ts").diff().dt.total_seconds().median().round().cast(pl.Int64).fill_null(DAY)


def _one_an_hour(points: pl.DataFrame) -> pl.DataFrame:
    """The points, those that share an hour taken together."""
    same = (pl.col("sid") == pl.col("sid").shift()) & (pl.col("clock") == pl.col("clock").shift())
    marked = points.with_columns(shared=(same | same.shift(-1)).fill_null(value=False))
    shared = marked.filter("shared").group_by("sid", "clock", "way").agg(
        pl.col("ts").min(), most=pl.col("usage").max(), sum=pl.col("usage").sum(), mean=pl.col("usage").mean()
    )  # fmt: skip
    columns = ["sid", "ts", "clock", "usage", "way"]
    joined = shared.with_columns(usage=_by_way("most", "sum", "mean")).select(columns)
    single = marked.filter(~pl.col("shared")).select(columns)
    both = single if joined.is_empty() else pl.concat([single, joined]).sort("sid", "clock")
    return both.with_columns(pl.col("ts").dt.truncate("1h"))


def _without_holes(found: pl.DataFrame, step: str, zone: str) -> pl.DataFrame:
    """`found` with a row for every moment that it leaves out between a series' first and last."""
    follows = pl.when(pl.col("sid") == pl.col("sid").shift(-1)).then(pl.col("clock").shift(-1))
    empty = pl.datetime_ranges(pl.col("clock").dt.offset_by(step), "next", step, closed="left")
    holes = (
        found
        .select("sid", "clock", "way", next=follows)
        .filter(pl.col("next") > pl.col("clock").dt.offset_by(step))
        .select("sid", "way", clock=empty)
        .explode("clock")
    )
    if holes.is_empty():
        return found
    return pl.concat([found, holes.with_columns(ts=_in_utc(zone))], how="diagonal").sort("sid", "clock")


def _in_utc(zone: str) -> pl.Expr:
    """`clock` as UTC: of two such hours the first, of a skipped one null."""
    there = pl.col("clock").dt.replace_time_zone(zone, non_existent="null", ambiguous="earliest")
    return there.dt.convert_time_zone("UTC")


def _days(
    hours: pl.DataFrame, periods: pl.DataFrame, names: pl.DataFrame, zone: str, as_of: datetime
) -> pl.DataFrame:
    """Whole days before the day of `as_of`; of too few points: a gap."""
    today = as_of.astimezone(ZoneInfo(zone)).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    expected = (DAY / pl.col("period_seconds").clip(HOUR, DAY)).round()
    return (
        hours
        .lazy()
        .filter(pl.col("clock") < today)
        .group_by("sid", "way", clock=pl.col("clock").dt.truncate("1d"))
        .agg(
            most=pl.col("usage").max(),
            sum=pl.col("usage").sum(),
            mean=pl.col("usage").mean(),
            n=pl.col("usage").count(),
        )
        .join(periods.lazy(), on="sid")
        .sort("sid", "clock")
        .with_columns(usage=pl.when(pl.col("n") >= expected * WHOLE_DAY).then(_by_way("most", "sum", "mean")))
        .select("sid", "clock", "usage", "way", ts=_in_utc(zone))
        .collect()
    )


def _by_way(most: str, total: str, mean: str) -> pl.Expr:
    way = pl.col("way")
    return pl.when(way == "sum").then(total).when(way == "mean").then(mean).otherwise(most)


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
