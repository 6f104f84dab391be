"""RDS database instances, cluster members too. `resource_id` is the instance identifier."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "instance_class": pl.String,
    "engine": pl.String,
    "engine_version": pl.String,
    "state": pl.String,
    "multi_az": pl.Boolean,
    "storage_type": pl.String,
    "allocated_gib": pl.Int64,
    "max_allocated_gib": pl.Int64,  # how far storage autoscaling may go; null: it does not grow by itself
    "iops": pl.Int64,
    "throughput_mibps": pl.Int64,  # gp3 only
    "created_at": UTC_TIME,
    "replica_of": pl.String,  # null: not a replica
    "replica_ids": pl.List(pl.String),
    "cluster_id": pl.String,  # null: not in an Aurora or Multi-AZ cluster
    "license_model": pl.String,
    "deletion_protection": pl.Boolean,
    "stop_blocked_because": pl.String,  # why AWS would refuse StopDBInstance; null: it would not
})
