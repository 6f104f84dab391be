"""NAT gateways."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,  # pending, failed, available, deleting, deleted
    "connectivity_type": pl.String,  # public, private
    "vpc_id": pl.String,
    "subnet_id": pl.String,
    "allocation_ids": pl.List(pl.String),
    "address_count": pl.Int64,  # private addresses, each with ports of its own
    "created_at": UTC_TIME,
})
