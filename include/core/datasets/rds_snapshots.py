"""RDS instance snapshots."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "db_instance_id": pl.String,
    "snapshot_type": pl.String,  # manual, automated, awsbackup
    "state": pl.String,
    "engine": pl.String,
    "allocated_gib": pl.Int64,
    "encrypted": pl.Boolean,
    "created_at": UTC_TIME,
})
