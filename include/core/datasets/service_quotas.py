"""Quotas of the services in use, as the account has them. `resource_id` is `<service code>/<quota code>`."""

import polars as pl

from include.core.datasets import COMMON, TAGS

SCHEMA = pl.Schema({
    **COMMON,
    "service_code": pl.String,
    "quota_code": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "adjustable": pl.Boolean,
    "global_quota": pl.Boolean,
    "usage_namespace": pl.String,  # of the CloudWatch metric that counts what is used; null: AWS sends none
    "usage_metric": pl.String,
    "usage_statistic": pl.String,  # as AWS recommends it
    "usage_dimensions": TAGS,
})
