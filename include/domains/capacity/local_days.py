"""Days and hours of a time zone as UTC."""

import polars as pl


def in_utc(clock: pl.Expr, zone: str) -> pl.Expr:
    """A wall clock's time as UTC: of two such hours the first, of one that daylight saving skips null."""
    there = clock.dt.replace_time_zone(zone, non_existent="null", ambiguous="earliest")
    return there.dt.convert_time_zone("UTC")


def day_in_utc(midnight: pl.Expr, zone: str) -> pl.Expr:
    """The beginning of a local day as UTC: at one o'clock where daylight saving skips midnight."""
    return pl.coalesce(in_utc(midnight, zone), in_utc(midnight + pl.duration(hours=1), zone))


def day_after(moment: pl.Expr, days: pl.Expr, zone: str) -> pl.Expr:
    """The beginning in UTC of the local day so many days after the one that begins at `moment`."""
    local = moment.dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.round("1d")
    return day_in_utc(local.dt.offset_by(pl.format("{}d", days)), zone)
