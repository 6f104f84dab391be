"""Launch templates, default and latest version: what they keep in use."""

import polars as pl

from include.core.datasets import COMMON

SCHEMA = pl.Schema({
    **COMMON,
    "image_ids": pl.List(pl.String),
    "snapshot_ids": pl.List(pl.String),
})
