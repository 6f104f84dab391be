"""What Lambda allows the account in a region: one row. `resource_id` is `lambda`."""

import polars as pl

from include.core.datasets import COMMON

SCHEMA = pl.Schema({
    **COMMON,
    "concurrent_executions": pl.Int64,
    "unreserved_executions": pl.Int64,  # what functions without a reservation share
    "code_bytes_limit": pl.Int64,
    "code_bytes": pl.Int64,  # in use
    "function_count": pl.Int64,
})
