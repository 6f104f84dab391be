"""Points of many series on regular grids: hours on the wall clock of a time zone, and whole days."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from include.core.datasets import UTC_TIME

HOUR = 3600
DAY = 24 * HOUR
WHOLE_DAY = 0.75
"""Of a day's points; the peak of less would be too low, so that the day is a gap."""

GRID = pl.Schema({
    "sid": pl.UInt32,  # the series, as PROFILES names it
    "ts": UTC_TIME,  # start of the hour or day; null: an hour that daylight saving skips
    "clock": pl.Datetime("us"),  # the same on the wall clock of the policy's time zone: regular
    "usage": pl.Float64,  # the highest (without a limit: mean, of bytes and the like the sum); null: a gap
    "outlier": pl.Boolean,  # far from the same time on the days and weeks before and after
    "shift": pl.Boolean,  # days only: a new level begins here, or a counter began anew
})
"""One row per series and hour or day, without holes, up to the last point. Sorted by series and time."""


def clocked(rows: pl.DataFrame, names: pl.DataFrame, zone: str, as_of: datetime) -> pl.DataFrame:
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


def period() -> pl.Expr:
    """The usual seconds between two points; of a single point a day."""
    return pl.col("ts").diff().dt.total_seconds().median().round().cast(pl.Int64).fill_null(DAY)


def one_an_hour(points: pl.DataFrame) -> pl.DataFrame:
    """The points, those that share an hour taken together."""
    same = (pl.col("sid") == pl.col("sid").shift()) & (pl.col("clock") == pl.col("clock").shift())
    marked = points.with_columns(shared=(same | same.shift(-1)).fill_null(value=False))
    shared = marked.filter("shared").group_by("sid", "clock", "way").agg(
        most=pl.col("usage").max(), sum=pl.col("usage").sum(), mean=pl.col("usage").mean()
    )  # fmt: skip
    columns = ["sid", "clock", "usage", "way"]
    joined = shared.with_columns(usage=_by_way("most", "sum", "mean")).select(columns)
    single = marked.filter(~pl.col("shared")).select(columns)
    return single if joined.is_empty() else pl.concat([single, joined]).sort("sid", "clock")


def without_holes(found: pl.DataFrame, step: str) -> pl.DataFrame:
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
    return pl.concat([found, holes], how="diagonal").sort("sid", "clock")


def whole_days(hours: pl.DataFrame, periods: pl.DataFrame, zone: str, as_of: datetime) -> pl.DataFrame:
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
        .select("sid", "clock", "usage", "way")
        .collect()
    )


def _by_way(most: str, total: str, mean: str) -> pl.Expr:
    way = pl.col("way")
    return pl.when(way == "sum").then(total).when(way == "mean").then(mean).otherwise(most)
