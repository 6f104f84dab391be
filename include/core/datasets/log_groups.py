"""CloudWatch log groups. `resource_id` is the group's name."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "retention_days": pl.Int64,  # null: kept for ever
    "stored_bytes": pl.Int64,
    "log_group_class": pl.String,
    "created_at": UTC_TIME,
})
