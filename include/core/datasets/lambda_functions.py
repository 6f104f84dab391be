"""Lambda functions. `resource_id` is the function's name."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "runtime": pl.String,
    "memory_mib": pl.Int64,
    "timeout_seconds": pl.Int64,
    "architecture": pl.String,
    "code_bytes": pl.Int64,
    "modified_at": UTC_TIME,
})
