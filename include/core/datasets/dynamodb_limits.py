"""What DynamoDB allows the account in a region: one row, in capacity units. `resource_id` is `dynamodb`."""

import polars as pl

from include.core.datasets import COMMON

SCHEMA = pl.Schema({
    **COMMON,
    "account_read_capacity": pl.Int64,
    "account_write_capacity": pl.Int64,
    "table_read_capacity": pl.Int64,
    "table_write_capacity": pl.Int64,
})
