"""EBS volumes."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,  # creating, available, in-use, deleting, error
    "volume_type": pl.String,
    "size_gib": pl.Int64,
    "iops": pl.Int64,
    "throughput_mibps": pl.Int64,
    "encrypted": pl.Boolean,
    "multi_attach": pl.Boolean,
    "created_at": UTC_TIME,
    "source_snapshot_id": pl.String,
    "attached_instance_ids": pl.List(pl.String),
})
