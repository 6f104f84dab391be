"""Kinesis data streams. `resource_id` is the stream's name."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,
    "mode": pl.String,  # PROVISIONED, ON_DEMAND
    "open_shards": pl.Int64,
    "retention_hours": pl.Int64,
    "created_at": UTC_TIME,
})
