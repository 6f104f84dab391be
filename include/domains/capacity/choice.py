"""When a model is chosen anew: by drift, not by habit.

A choice is used again while its record is good; the whole selection runs when its live error has drifted from
the backtest, its level has shifted, or it has become old. Pure: frames in, frame out.
"""

from datetime import datetime, timedelta
from math import comb

import polars as pl

from include.core.datasets import UTC_TIME
from include.core.forecasts import SERIES
from include.domains.capacity.preparation import Prepared
from include.domains.capacity.track_record import BUCKETS, KEY

RECORD = pl.Schema({
    **SERIES,
    "grain": pl.String,
    "model": pl.String,
    "chosen_at": UTC_TIME,
    "forecasts": pl.Int64,  # of the newest choice that count: none overlaps another
    "worse": pl.Int64,  # of those: with an error above what the backtest promised
    "chance": pl.Float64,  # that so many are, were the backtest right (sign test)
    "error": pl.Float64,  # their mean, as MASE
    "naive_error": pl.Float64,
    "backtest_error": pl.Float64,
    "drifted": pl.Boolean,
})
"""One row per series and grain: how the newest choice has done in the nearest steps."""

CHOICES = pl.Schema({
    **SERIES,
    "grain": pl.String,
    "weights": pl.String,  # to use again, as in FORECAST_MODELS; null: choose anew
    "chosen_at": UTC_TIME,  # null: now
    "because": pl.String,
})
"""One row per series and grain that is to be forecast."""

SIGNIFICANT = 0.01
"""Exact sign test, one-sided (Dixon and Mood 1946, "The statistical sign test", JASA 41): at 1 %, seven
forecasts that do not overlap are the fewest that can show a drift. Errors are skewed, so that fewer than half
of them lie above their mean: the test errs on the side of silence."""
MATERIAL = 1.5
"""Times the backtest's error; what is significant but smaller changes no decision. Ours."""
WHOLE = 0.75
"""Of a forecast's nearest steps: with fewer it does not count."""
OLDEST = timedelta(days=28)
"""The world moves on even where errors do not show it: four weeks, ours."""


def record(scores: pl.DataFrame) -> pl.DataFrame:
    """RECORD from FORECAST_SCORES: each series' newest choice, by its nearest steps."""
    nearest = {grain: buckets[0] for grain, buckets in BUCKETS.items()}
    counting = scores.filter(
        pl.any_horizontal(
            (pl.col("grain") == grain)
            & (pl.col("horizon") == one.name)
            & (pl.col("points") >= WHOLE * one.steps)
            for grain, one in nearest.items()
        ),
        pl.col("error").is_finite(),
        pl.col("backtest_error").is_finite(),
        pl.col("chosen_at") == pl.col("chosen_at").max().over(KEY),
    )
    apart = {grain: timedelta(**{f"{grain}s": one.steps}) for grain, one in nearest.items()}
    kept = _apart(counting.sort(*KEY, "issued_at", descending=True), apart)
    found = kept.group_by(KEY, maintain_order=True).agg(
        pl.col("model", "chosen_at").first(),
        pl.col("error", "naive_error", "backtest_error").mean(),
        forecasts=pl.len().cast(pl.Int64),
        worse=(pl.col("error") > pl.col("backtest_error")).sum().cast(pl.Int64),
    )
    chances = [chance(worse, of) for worse, of in found.select("worse", "forecasts").iter_rows()]
    tested = found.with_columns(chance=pl.Series(chances, dtype=pl.Float64))
    material = pl.col("error") > MATERIAL * pl.col("backtest_error")
    return tested.with_columns(drifted=(pl.col("chance") < SIGNIFICANT) & material).select(list(RECORD))


def chance(worse: int, of: int) -> float:
    """Of at least `worse` heads among `of` tosses of a fair coin."""
    return float(sum(comb(of, heads) for heads in range(worse, of + 1)) / 2**of)


def _apart(newest_first: pl.DataFrame, apart: dict[str, timedelta]) -> pl.DataFrame:
    """The scores whose forecasts do not overlap: newest first, each at least so long before the last kept."""
    kept: list[bool] = []
    last: tuple[tuple[str, ...], datetime] | None = None
    for *key, issued_at in newest_first.select(*KEY, "issued_at").iter_rows():
        name = tuple(key)
        overlaps = last is not None and last[0] == name and last[1] - issued_at < apart[name[-1]]
        kept.append(not overlaps)
        if not overlaps:
            last = name, issued_at
    return newest_first.filter(pl.Series(kept, dtype=pl.Boolean))


def choices(prepared: Prepared, models: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """CHOICES for every series that can be forecast.

    `models`: FORECAST_MODELS of this and earlier snapshots; `records`: RECORD.
    """
    earlier = (
        models
        .filter(pl.col("status") == "PASS", pl.col("chosen_at").is_not_null())
        .sort("issued_at")
        .unique(KEY, keep="last", maintain_order=True)
        .select(*KEY, "weights", "chosen_at", before="issued_at")
    )
    shifted = prepared.days.filter("shift").group_by("sid").agg(shifted_at=pl.col("ts").max())
    live = records.select(
        *KEY, "forecasts", "worse", "error", "naive_error", "backtest_error", "drifted", of="chosen_at"
    )
    judged = (
        prepared.profiles
        .filter(pl.col("status") == "PASS")
        .join(earlier, on=KEY, how="left", maintain_order="left")
        .join(shifted, on="sid", how="left", maintain_order="left")
        .join(live, left_on=[*KEY, "chosen_at"], right_on=[*KEY, "of"], how="left", maintain_order="left")
        .with_columns(anew=_anew(), again=_again())
    )
    keep = pl.col("anew").is_null()
    return judged.select(
        *KEY,
        weights=pl.when(keep).then("weights"),
        chosen_at=pl.when(keep).then("chosen_at"),
        because=pl.coalesce("anew", "again"),
    ).cast(dict(CHOICES))  # type: ignore[arg-type]


def _anew() -> pl.Expr:
    """Why the whole selection is to run; null: it need not."""
    chosen, issued, since = pl.col("chosen_at"), pl.col("issued_at"), pl.col("history_from")
    return (
        pl
        .when(chosen.is_null())
        .then(pl.lit("chosen: there is no earlier choice"))
        .when(pl.col("before") == issued)
        .then(pl.lit(None, pl.String))
        .when("drifted")
        .then(_said("chosen anew: its error has drifted"))
        .when(issued - chosen > OLDEST)
        .then(pl.format("chosen anew: the choice was {} days old", (issued - chosen).dt.total_days()))
        .when(pl.col("shifted_at") > chosen)
        .then(pl.format("chosen anew: its level shifted on {}", pl.col("shifted_at").dt.strftime("%Y-%m-%d")))
        .when(issued - since >= 2 * (chosen - since))
        .then(pl.lit("chosen anew: twice the history"))
        .when(pl.col("forecasts").is_null())
        .then(pl.lit("chosen anew: nothing has come yet to judge the last choice by"))
        .when(pl.col("error") > pl.col("naive_error"))
        .then(_said("chosen anew: it lost to the seasonal naive"))
        .when(pl.col("error") > MATERIAL * pl.col("backtest_error"))
        .then(_said("chosen anew: its record is poor"))
    )


def _again() -> pl.Expr:
    same = pl.col("before") == pl.col("issued_at")
    return pl.when(same).then(pl.lit("used again: the same history")).otherwise(_said("used again"))


def _said(what: str) -> pl.Expr:
    """With the numbers: errors as MASE."""
    return pl.format(
        f"{what}: in {{}} forecasts {{}} (the naive {{}}, promised {{}})",
        "forecasts",
        *(pl.col(name).round(2) for name in ("error", "naive_error", "backtest_error")),
    )
