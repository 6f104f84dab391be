"""Everything that is said of some series: hours, days, outlooks. One that fails does not stop the rest."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

import polars as pl

from include.core.findings import Status
from include.core.forecasts import FORECAST_MODELS, FORECASTS, OUTLOOKS, SERIES
from include.core.planning import WhatIf
from include.core.series import SeriesTable
from include.domains.capacity.days_ahead import days_ahead
from include.domains.capacity.forecasting.pool import Progress
from include.domains.capacity.hours_ahead import hours_ahead
from include.domains.capacity.outlook import outlooks
from include.domains.capacity.preparation import Prepared
from include.domains.capacity.world import nodes

log = logging.getLogger("watchkeeper")


class Ahead(NamedTuple):
    """What is kept of one batch of series."""

    forecasts: pl.DataFrame
    """FORECASTS of both grains."""
    models: pl.DataFrame
    """FORECAST_MODELS of both grains, also of series without a forecast."""
    outlooks: pl.DataFrame
    """OUTLOOKS."""
    what_if: pl.DataFrame
    """FORECASTS of grain day as the what-if has them."""


class Known(NamedTuple):
    """What outlooks are judged by, beside the series themselves."""

    entities: Mapping[str, pl.LazyFrame]
    prices: pl.DataFrame
    table: SeriesTable
    as_of: datetime
    what_if: WhatIf | None = None


def look_ahead(
    prepared: Prepared,
    chosen: pl.DataFrame,
    known: Known,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> Ahead:
    """Ahead of every series. `chosen`: CHOICES; `workers`, `progress`: as `forecast_all`.

    When the days of a batch fail, each series is tried by itself, and the one that fails is UNKNOWN with the
    error as its reason.
    """
    hours = hours_ahead(prepared, known.table, chosen, workers=workers, progress=progress)
    days = each_apart(prepared, lambda some: outlook(some, known))
    return Ahead(
        pl.concat([hours.forecasts, *(one.forecasts for one in days)]),
        pl.concat([hours.models, *(one.models for one in days)]),
        pl.concat([OUTLOOKS.to_frame(), *(one.outlooks for one in days)]),
        pl.concat([FORECASTS.to_frame(), *(one.what_if for one in days)]),
    )


def outlook(prepared: Prepared, known: Known) -> Ahead:
    """Days and outlooks of some series."""
    fleets = nodes(prepared.profiles, known.entities) if known.what_if is not None else None
    days = days_ahead(prepared, known.table, as_of=known.as_of, what_if=known.what_if, nodes=fleets)
    said = outlooks(
        prepared, days, known.entities, known.prices, known.table, as_of=known.as_of, what_if=known.what_if
    )
    return Ahead(days.forecasts, days.models, said, days.what_if)


def each_apart(prepared: Prepared, work: Callable[[Prepared], Ahead]) -> list[Ahead]:
    """The work on all series at once; when that fails, on each by itself."""
    with ThreadPoolExecutor(1) as apart:
        whole = apart.submit(work, prepared)
        if whole.exception() is None:
            return [whole.result()]
        log.warning("a batch failed (%r): each of its series is tried by itself", whole.exception())
        parts = [_only(prepared, sid) for sid in prepared.profiles["sid"].unique(maintain_order=True)]
        alone = [(part, apart.submit(work, part)) for part in parts]
        return [
            one.result() if (error := one.exception()) is None else _failed(part, error)
            for part, one in alone
        ]


def _only(prepared: Prepared, sid: int) -> Prepared:
    return Prepared(*(frame.filter(sid=sid) for frame in prepared))


def _failed(prepared: Prepared, error: BaseException) -> Ahead:
    """UNKNOWN, with the error as the reason."""
    named = prepared.profiles.filter(grain="day").with_columns(
        scenario=pl.lit("base"),
        status=pl.lit(str(Status.UNKNOWN)),
        severity=pl.lit("medium"),
        reason=pl.lit(f"It could not be forecast: {type(error).__name__}: {error}"),
    )
    log.error("%s: %s", ", ".join(named.select(pl.concat_str(*SERIES, separator=" ")).to_series()), error)
    none = FORECASTS.to_frame()
    return Ahead(none, _whole(named, FORECAST_MODELS), _whole(named, OUTLOOKS), none)


def _whole(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
