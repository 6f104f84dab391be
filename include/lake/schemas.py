"""Which tables the lake has, and their columns: every dataset, telemetry, gaps, findings, snapshots."""

from typing import TYPE_CHECKING

import polars as pl

from include.core import datasets
from include.core.datasets import UTC_TIME
from include.core.errors import SchemaMismatch
from include.core.findings import EXEMPTIONS, FINDING_COUNTS, FINDINGS, LEFT_OUT
from include.core.forecasts import DAILY_PEAKS, FORECAST_MODELS, FORECAST_SCORES, FORECASTS, OUTLOOKS
from include.core.gaps import GAPS
from include.core.metrics import METRIC_STATS, METRIC_WINDOWS, METRICS
from include.core.prices import PRICES

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

TARGETS: "PolarsDataType" = pl.List(pl.String)

SNAPSHOTS = pl.Schema({
    "targets": TARGETS,  # `111111111111/eu-west-1`: what the run was to read
    "resources": pl.Int64,  # entity rows landed
})
"""One row per finished snapshot; its name and time are in STAMP."""

STAMP = pl.Schema({"snapshot_id": pl.String, "as_of": UTC_TIME, "snapshot_date": pl.Date})
"""What the lake adds to every row; `snapshot_date` (UTC) and `snapshot_id` are the partitions."""

_TABLES = {
    "metrics": METRICS,
    "metric_stats": METRIC_STATS,
    "metric_windows": METRIC_WINDOWS,
    "gaps": GAPS,
    "findings": FINDINGS,
    "finding_counts": FINDING_COUNTS,
    "left_out": LEFT_OUT,
    "exemptions": EXEMPTIONS,
    "prices": PRICES,
    "daily_peaks": DAILY_PEAKS,
    "forecasts": FORECASTS,
    "forecast_models": FORECAST_MODELS,
    "forecast_scores": FORECAST_SCORES,
    "outlooks": OUTLOOKS,
    "what_if_forecasts": FORECASTS,
    "snapshots": SNAPSHOTS,
}


def names() -> list[str]:
    """Every table there can be."""
    return [*datasets.names(), *_TABLES]


def schema(dataset: str) -> pl.Schema:
    """The columns of one table, without the lake's STAMP. KeyError with the known names otherwise."""
    return _TABLES[dataset] if dataset in _TABLES else datasets.schema(dataset)


def conform(dataset: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its columns in the schema's order. SchemaMismatch names every column that is wrong.

    Integers narrower than Int64 are widened (Delta has no unsigned types); nothing else is converted.
    """
    expected = schema(dataset)
    widened = frame.with_columns(
        pl.col(column).cast(pl.Int64)
        for column, dtype in frame.schema.items()
        if expected.get(column) == pl.Int64 and dtype in _NARROW
    )
    refuse(dataset, differences(expected, widened.schema))
    return widened.select(expected.names())


_NARROW = {pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32}


def differences(expected: pl.Schema, got: pl.Schema) -> list[str]:
    """One sentence per column that is missing, of another type, or not expected."""
    missing = [
        f"column {column}: expected {dtype}, it is missing"
        for column, dtype in expected.items()
        if column not in got
    ]
    other = [
        f"column {column}: expected {dtype}, got {got[column]}"
        for column, dtype in expected.items()
        if column in got and got[column] != dtype
    ]
    surplus = [f"column {column}: not expected" for column in got if column not in expected]
    return missing + other + surplus


def refuse(dataset: str, wrong: list[str]) -> None:
    """SchemaMismatch when there is anything wrong."""
    if wrong:
        raise SchemaMismatch(
            f"dataset {dataset}: {'; '.join(wrong)}. Nothing was written. Make the frame with "
            f"the dataset's own schema (include.lake.schemas.schema({dataset!r}))."
        )
