"""Elastic IP addresses."""

import polars as pl

from include.core.datasets import COMMON

SCHEMA = pl.Schema({
    **COMMON,
    "public_ip": pl.String,
    "association_id": pl.String,  # null: unassociated
    "instance_id": pl.String,
    "network_interface_id": pl.String,
    "domain": pl.String,
})
