"""EBS snapshots owned by the account."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,
    "volume_id": pl.String,
    "size_gib": pl.Int64,  # the volume's size: an upper bound, snapshots are incremental
    "storage_tier": pl.String,  # standard, archive
    "encrypted": pl.Boolean,
    "started_at": UTC_TIME,
    "description": pl.String,
})
