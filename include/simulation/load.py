"""How one metric of the simulated estate behaves: a formula of the hour, past or to come."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import pi

import polars as pl

HOUR_SECONDS = 3600
SAMPLES_PER_HOUR = 12  # AWS sends most basic metrics every five minutes
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1

POINTS = pl.Schema({
    "hour": pl.Int64,  # since the epoch
    "average": pl.Float64,
    "maximum": pl.Float64,
    "minimum": pl.Float64,
})
"""One hour's statistics; hours without a point have no row."""


@dataclass(frozen=True)
class Load:
    """One metric's behaviour, per five-minute sample, in the metric's own CloudWatch unit.

    The hour's average swings by `swing` around `mean` over the day; its maximum reaches `peak` once a day
    (at `peak_hour` UTC) and stays half-way between average and peak otherwise. Nothing exceeds `peak`.
    That is the level at the seeding: `per_day` and `jump` shift all of it, and nothing falls below 0.
    """

    mean: float
    peak: float | None = None  # None: as the mean
    low: float | None = None  # what its minimum never goes below; None: half the mean
    swing: float = 0.2
    peak_hour: int = 9
    days: float | None = None  # first point so many days before the seeding; None: older than any window
    ended_days: float = 0  # last point so many days before the seeding; 0: it goes on
    missing: float = 0.0  # share of the hours without a point
    silent: tuple[float, float] | None = None  # no point from so many days before the seeding to so many
    per_day: float = 0.0  # what a day adds to mean, peak and low
    jump: tuple[float, float] | None = None  # until so many days before the seeding all was lower by so much
    once: tuple[float, float] | None = None  # one hour's maximum, so many days before the seeding
    weekend: float = 1.0  # share of the level on Saturdays and Sundays
    quiet: tuple[int, int, float] | None = None  # from this hour (UTC) to that, overnight: share of the level
    whole: bool = False  # whole numbers: instances, tasks


def points(load: Load, salt: int, hours: range, seeded: int) -> pl.DataFrame:
    """POINTS of these hours since the epoch, always the same for the same arguments; `seeded` is an hour too.

    >>> points(Load(1), 1, range(480_000, 480_024), 480_000).height
    24
    """
    peak = load.mean if load.peak is None else load.peak
    low = load.mean / 2 if load.low is None else load.low
    shift, scale, noise = _shift(load, seeded), _scale(load), _noise(salt)
    daily = ((pl.col("hour") % 24 - load.peak_hour + 6) * (2 * pi / 24)).sin()
    average = load.mean * (1 + load.swing * (0.7 * daily + 0.3 * (2 * noise - 1)))
    at_peak = pl.col("hour") % 24 == load.peak_hour
    found = (
        pl
        .LazyFrame({"hour": pl.int_range(hours.start, hours.stop, hours.step, eager=True)})
        .filter(_held(load, noise, seeded))
        .with_columns(average=average.clip(low, peak))
        .with_columns(
            maximum=pl.when(at_peak).then(peak).otherwise((pl.col("average") + peak) / 2),
            minimum=pl.min_horizontal("average", (pl.col("average") + low) / 2),
        )
        .with_columns(((pl.col("average", "maximum", "minimum") + shift) * scale).clip(lower_bound=0))
    )
    if load.once is not None:
        days, value = load.once
        at_once = pl.col("hour") == seeded - round(days * 24)
        found = found.with_columns(maximum=pl.when(at_once).then(value).otherwise("maximum"))
    if load.whole:
        found = found.with_columns(pl.col("maximum", "minimum").round())
    return found.select(POINTS.names()).collect()


def combined(found: pl.DataFrame, statistic: str, hours: int = 1) -> pl.DataFrame:
    """`at` and `value`: one statistic of POINTS per `hours`; ValueError for one that is not simulated."""
    ways = {
        "Sum": pl.col("average").sum() * SAMPLES_PER_HOUR,
        "Average": pl.col("average").mean(),
        "Maximum": pl.col("maximum").max(),
        "Minimum": pl.col("minimum").min(),
        "SampleCount": pl.len().cast(pl.Float64) * SAMPLES_PER_HOUR,
    }
    if statistic not in ways:
        raise ValueError(f"statistic {statistic!r} is not simulated; expected one of {', '.join(ways)}")
    began = (pl.col("hour") // hours * hours).alias("hour")
    at = pl.from_epoch(pl.col("hour") * HOUR_SECONDS).dt.replace_time_zone("UTC")
    values = found.lazy().group_by(began, maintain_order=True).agg(value=ways[statistic])
    return values.select(at=at.dt.cast_time_unit("us"), value="value").collect()


def hour_of(at: datetime) -> int:
    """The hour since the epoch that a moment lies in."""
    return int(at.astimezone(UTC).timestamp()) // HOUR_SECONDS


def _held(load: Load, noise: pl.Expr, seeded: int) -> pl.Expr:
    """Whether an hour has a point."""
    ago = (seeded - pl.col("hour")) / 24
    held = noise >= load.missing
    if load.silent is not None:
        held &= ~ago.is_between(load.silent[1], load.silent[0], closed="right")
    return held


def _shift(load: Load, seeded: int) -> pl.Expr:
    """What growth and a jump add to the level of an hour."""
    since = (pl.col("hour") - seeded) / 24
    shift = since * load.per_day
    if load.jump is not None:
        days, by = load.jump
        shift -= pl.when(since < -days).then(by).otherwise(0)
    return shift


def _scale(load: Load) -> pl.Expr:
    """1 on working days, in the hours that are not quiet; 1970-01-01 was a Thursday."""
    scale = pl.when((pl.col("hour") // 24 + 3) % 7 >= 5).then(load.weekend).otherwise(1.0)
    if load.quiet is None:
        return scale
    begins, ends, share = load.quiet
    busy = (pl.col("hour") % 24).is_between(ends, begins, closed="left")
    return scale * pl.when(busy).then(1.0).otherwise(share)


def _noise(salt: int) -> pl.Expr:
    """0..1 for each hour, by the finaliser of SplitMix64 (Steele, Lea, Flood 2014, figure 15)."""
    z = pl.lit(salt & MASK, pl.UInt64) + (pl.col("hour").cast(pl.UInt64) + 1) * pl.lit(GOLDEN, pl.UInt64)
    z = (z ^ (z // 2**30)) * pl.lit(0xBF58476D1CE4E5B9, pl.UInt64)
    z = (z ^ (z // 2**27)) * pl.lit(0x94D049BB133111EB, pl.UInt64)
    return (z ^ (z // 2**31)).cast(pl.Float64) / MASK
