"""Machine images owned by the account."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,
    "created_at": UTC_TIME,
    "last_launched_at": UTC_TIME,  # null: never, or not reported
    "snapshot_ids": pl.List(pl.String),
    "public": pl.Boolean,
})
