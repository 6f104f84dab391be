"""ElastiCache clusters: a replication group's nodes are one each. `resource_id` is the cluster's id."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,
    "engine": pl.String,  # redis, valkey, memcached
    "engine_version": pl.String,
    "node_type": pl.String,  # cache.r7g.large
    "node_count": pl.Int64,
    "replication_group_id": pl.String,  # null: none
    "created_at": UTC_TIME,
})
