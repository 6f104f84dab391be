"""Daily peaks for months ahead: quantiles, the dates on which they pass threshold and limit, and the risk."""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from include.core.forecasts import SERIES
from include.core.planning import WhatIf
from include.core.series import SeriesTable
from include.domains.capacity.preparation import Prepared

PASSAGES = pl.Schema({
    "sid": pl.UInt32,
    **SERIES,
    "scenario": pl.String,  # base, what_if
    "limit": pl.Float64,  # of the scenario; null: none
    "threshold": pl.Float64,
    "threshold_p10": pl.Int64,  # days after the last whole one until ...; null: not within the horizon
    "threshold_p50": pl.Int64,
    "threshold_p90": pl.Int64,
    "exhausts_p10": pl.Int64,
    "exhausts_p50": pl.Int64,
    "exhausts_p90": pl.Int64,
    "risk": pl.Float64,  # 0..1: chance that the limit is reached within the lead time
    "growth_month": pl.Float64,  # of the median, per 30 days
    "peak_p50": pl.Float64,  # highest usage while a raised limit is to hold: median, and high
    "peak_p90": pl.Float64,
})
"""One row per series with a forecast, and scenario."""


class DaysAhead(NamedTuple):
    """What the days ahead hold."""

    forecasts: pl.DataFrame
    """FORECASTS of grain day, base scenario."""
    models: pl.DataFrame
    """FORECAST_MODELS of grain day, also of series without a forecast."""
    passages: pl.DataFrame
    """PASSAGES of base, and of `what_if` where it asks something."""


def days_ahead(
    prepared: Prepared, table: SeriesTable, *, as_of: datetime, what_if: WhatIf | None = None
) -> DaysAhead:
    """The days ahead of every series."""
    raise NotImplementedError
