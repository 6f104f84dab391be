"""What each Lambda function reserves of the account's concurrency. `resource_id` is the function's name."""

import polars as pl

from include.core.datasets import COMMON

SCHEMA = pl.Schema({
    **COMMON,
    "reserved": pl.Int64,  # most executions at once; null: shares what the account has not reserved
})
