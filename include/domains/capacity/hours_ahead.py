"""The week ahead by the hour: every series through the forecasting engine, earlier choices used again."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from include.core.forecasts import FORECAST_MODELS, FORECASTS, SERIES
from include.core.series import SeriesKind, SeriesTable
from include.domains.capacity.forecasting import Event, Forecast, Series, Settings, forecast_all
from include.domains.capacity.forecasting.pool import Progress
from include.domains.capacity.preparation import Prepared
from include.domains.capacity.track_record import KEY

HORIZON = 168
"""A week of hours."""
HOUR = timedelta(hours=1)
QUANTILES = ("p10", "p50", "p90")


class HoursAhead(NamedTuple):
    """What the hours ahead hold."""

    forecasts: pl.DataFrame
    """FORECASTS of grain hour."""
    models: pl.DataFrame
    """FORECAST_MODELS of grain hour, also of series without a forecast."""


def hours_ahead(
    prepared: Prepared,
    table: SeriesTable,
    chosen: pl.DataFrame,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    settings: Settings = Settings(),  # noqa: B008 - a tuple
) -> HoursAhead:
    """The week ahead of every series with an hourly profile; `chosen` (CHOICES) says what is used again.

    One that fails is UNKNOWN with the reason; the others go on. `workers`, `progress`: as `forecast_all`.
    """
    profiles = prepared.profiles.filter(grain="hour").join(chosen, on=KEY, how="left", maintain_order="left")
    able = profiles.filter(status="PASS")
    grids = {sid: grid for (sid,), grid in prepared.hours.group_by("sid", maintain_order=True)}
    series = [_series(row, grids[row["sid"]], table) for row in able.iter_rows(named=True)]
    made = list(forecast_all(series, HORIZON, workers=workers, progress=progress, settings=settings))
    rows = [_model(row, one) for row, one in zip(able.iter_rows(named=True), made, strict=True)]
    rows += profiles.filter(pl.col("status") != "PASS").to_dicts()
    models = pl.DataFrame(rows, schema=FORECAST_MODELS)
    return HoursAhead(_forecasts(zip(able.iter_rows(named=True), made, strict=True), grids, table), models)


def _series(row: dict[str, Any], grid: pl.DataFrame, table: SeriesTable) -> Series:
    """On the wall clock, as if that were UTC: a day there always has 24 hours."""
    kind, zone = table.series[row["series_kind"]], ZoneInfo(table.time_zone)
    start: datetime = grid["clock"][0].replace(tzinfo=UTC)
    until = start + (grid.height + HORIZON) * HOUR
    events = [
        Event(event.name, _clock(a, zone), _clock(b, zone))
        for event in table.events
        if event.concerns(row["series_kind"])
        for a, b in event.between(start, until)
    ]
    return Series(
        key=tuple(row[name] for name in SERIES),
        start=start,
        step=HOUR,
        values=grid["usage"].fill_null(float("nan")).to_numpy(),
        cap=_cap(kind),
        events=tuple(events),
        weights=json.loads(row["weights"]) if row["weights"] else None,
    )


def _clock(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=UTC)


def _cap(kind: SeriesKind) -> float | None:
    """What usage cannot pass: a constant, such as 100 %. Other limits are raised, or passed."""
    limit = kind.limit[0] if len(kind.limit) == 1 else None
    return limit.constant * limit.times if limit is not None and limit.constant is not None else None


def _model(row: dict[str, Any], made: Forecast) -> dict[str, Any]:
    """The row of FORECAST_MODELS: what is known of the series, and what was chosen for it."""
    again = bool(row["weights"]) and dict(made.weights) == json.loads(row["weights"])
    because = (
        row["because"] if again or not row["weights"] else "chosen anew: the earlier choice no longer serves"
    )
    return {
        **row,
        "status": made.status,
        "reason": made.reason or None,
        "model": made.model or None,
        "weights": json.dumps(dict(made.weights)) if made.weights else None,
        "error": _known(made.error),
        "naive_error": _known(made.naive_error),
        "coverage": _known(made.coverage),
        "candidates": json.dumps({name: _known(error) for name, error in made.candidates.items()}),
        "origins": made.origins,
        "seconds": made.seconds,
        "chosen_at": row["chosen_at"] if again else row["issued_at"],
        "chosen_because": because,
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _forecasts(
    made: Iterable[tuple[dict[str, Any], Forecast]], grids: dict[Any, pl.DataFrame], table: SeriesTable
) -> pl.DataFrame:
    """In UTC. An hour that daylight saving skips has no row; of two it repeats the first counts."""
    clock = pl.col("clock").dt.replace_time_zone(table.time_zone, non_existent="null", ambiguous="earliest")
    parts = [FORECASTS.to_frame()]
    parts += [
        frame.with_columns(ts=clock.dt.convert_time_zone("UTC"))
        .filter(pl.col("ts").is_not_null())
        .select(pl.col(name).cast(dtype) for name, dtype in FORECASTS.items())
        for frame in _by_clock(made, grids)
    ]  # fmt: skip
    return pl.concat(parts)


def _by_clock(
    made: Iterable[tuple[dict[str, Any], Forecast]], grids: dict[Any, pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    for row, one in made:
        if one.status != "PASS":
            continue
        last: datetime = grids[row["sid"]]["clock"][-1]
        named = {name: row[name] for name in (*SERIES, "grain", "issued_at")}
        steps = np.arange(1, len(one.p50) + 1)
        ahead = {"step": steps, "clock": [last + int(step) * HOUR for step in steps]}
        frame = pl.DataFrame({**ahead, **{name: getattr(one, name) for name in QUANTILES}})
        yield frame.with_columns(pl.lit(value).alias(name) for name, value in named.items())
