"""All there is to say of one series: its chart, the models tried, the track record, and the what-if."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from include.reports.drawing import Chart
from include.reports.outlooks import KEY, Row, readable
from include.reports.series_chart import Asked, Figures, figures, series_chart

NAIVE = "seasonal_naive"


class Candidate(NamedTuple):
    """One model tried in the backtest."""

    name: str
    error: float | None
    weight: float | None
    """Its share of the forecast; None: none."""


class ModelChoice(NamedTuple):
    """What FORECAST_MODELS says of one grain, for readers."""

    row: Row
    better: float | None
    """Share by which the error is below the naive's; negative: above."""
    candidates: list[Candidate]
    """Best first."""


class SeriesView(NamedTuple):
    """One series in full. `row`: its base outlook as `readable`."""

    row: Row
    chart: Chart | None
    figures: Figures
    models: list[ModelChoice]
    scores: list[Row]
    """FORECAST_SCORES, newest first."""
    what_if: Row | None


class SeriesFrames(NamedTuple):
    """What a view of one series is made from, its own rows only."""

    models: pl.DataFrame
    scores: pl.DataFrame
    peaks: pl.DataFrame
    forecast: pl.DataFrame
    """FORECASTS of the grain day."""
    what_if: pl.DataFrame
    """The same as the what-if has them."""


def named(row: Mapping[str, Any]) -> pl.Expr:
    """Whether a row is of that series; a part of its name that is null is the same as null."""
    return pl.all_horizontal(pl.col(column).eq_missing(pl.lit(row[column], pl.String)) for column in KEY)


def of(frame: pl.DataFrame, row: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of one series."""
    return frame.filter(named(row))


def series_view(
    row: Row, frames: SeriesFrames, *, as_of: datetime, slug: str, what_if: Row | None = None
) -> SeriesView:
    """The view of one row of `ranked`; `slug` is unique to the page."""
    newest = ["issued_at", "grain", "horizon"]
    asked = Asked(what_if, frames.what_if) if what_if else None
    return SeriesView(
        readable(row, as_of),
        series_chart(row, frames.peaks, frames.forecast, slug=slug, asked=asked),
        figures(frames.peaks, frames.forecast, asked),
        [choice(one) for one in frames.models.sort("grain").iter_rows(named=True)],
        frames.scores.sort(newest, descending=[True, False, False]).to_dicts(),
        readable(what_if, as_of) if what_if else None,
    )


def choice(row: Row) -> ModelChoice:
    """One row of FORECAST_MODELS."""
    error, naive = row["error"], row["naive_error"]
    weights, tried = _numbers(row["weights"]), _numbers(row["candidates"])
    names = sorted(tried | weights, key=lambda name: (tried.get(name) is None, tried.get(name), name))
    return ModelChoice(
        row,
        1 - error / naive if error is not None and naive else None,
        [Candidate(name, tried.get(name), weights.get(name)) for name in names],
    )


def _numbers(content: str | None) -> dict[str, float | None]:
    """A JSON object of numbers; what is none is left out, or has no number."""
    try:
        found = json.loads(content or "{}")
    except json.JSONDecodeError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: float(one) if isinstance(one, int | float) else None for key, one in found.items()}


class Track(NamedTuple):
    """Earlier forecasts against what came, over all series of one grain and horizon. Means."""

    grain: str
    horizon: str
    forecasts: int
    points: int
    error: float | None
    naive_error: float | None
    backtest_error: float | None
    coverage: float | None


def track_record(scores: pl.DataFrame) -> list[Track]:
    """One line per grain and horizon, nearest first."""
    measures = ("error", "naive_error", "backtest_error", "coverage")
    lines = (
        scores
        .group_by("grain", "horizon")
        .agg(*(pl.col(one).mean() for one in measures), forecasts=pl.len(), points=pl.col("points").sum())
        .with_columns(first=pl.col("horizon").str.extract(r"^(\d+)").cast(pl.Int64, strict=False))
        .sort("grain", "first", "horizon", nulls_last=True)
    )
    return [Track(*row) for row in lines.select(Track._fields).iter_rows()]
