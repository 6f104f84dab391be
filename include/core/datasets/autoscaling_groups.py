"""Auto Scaling groups. `resource_id` is the group's name."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "min_size": pl.Int64,
    "max_size": pl.Int64,
    "desired_capacity": pl.Int64,
    "instance_ids": pl.List(pl.String),
    "scheduled_actions": pl.List(pl.String),  # names; null, here and below: collected before they were read
    "scaling_policies": pl.List(pl.String),  # names
    "launch_template_id": pl.String,
    "launch_configuration": pl.String,
    "image_ids": pl.List(pl.String),  # of launch configurations; templates: see launch_templates
    "created_at": UTC_TIME,
})
