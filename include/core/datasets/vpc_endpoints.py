"""VPC endpoints."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "state": pl.String,
    "endpoint_type": pl.String,  # Interface, Gateway, GatewayLoadBalancer
    "service_name": pl.String,
    "vpc_id": pl.String,
    "subnet_ids": pl.List(pl.String),
    "created_at": UTC_TIME,
})
