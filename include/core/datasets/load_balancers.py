"""Application, network, gateway and classic load balancers with their targets' health.

`resource_id` is the ARN; for classic ones the name.
"""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "kind": pl.String,  # application, network, gateway, classic
    "state": pl.String,
    "scheme": pl.String,
    "dns_name": pl.String,
    "vpc_id": pl.String,
    "created_at": UTC_TIME,
    "target_group_count": pl.Int64,
    "target_count": pl.Int64,  # registered targets or instances; null: not readable
    "healthy_count": pl.Int64,  # null: not readable
    "metric_dimension": pl.String,  # CloudWatch's LoadBalancer (or LoadBalancerName) dimension
})
