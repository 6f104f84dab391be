"""DynamoDB tables. `resource_id` is the table's name."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,
    "billing_mode": pl.String,  # PROVISIONED, PAY_PER_REQUEST
    "read_capacity": pl.Int64,  # table plus its global secondary indexes
    "write_capacity": pl.Int64,
    "table_read_capacity": pl.Int64,
    "table_write_capacity": pl.Int64,
    "index_names": pl.List(pl.String),
    "size_bytes": pl.Int64,
    "item_count": pl.Int64,
    "created_at": UTC_TIME,
    "replica_count": pl.Int64,
    "table_class": pl.String,
})
