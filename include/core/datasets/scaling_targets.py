"""What Application Auto Scaling may scale, and how far. `resource_id` is `<target>/<dimension>`."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "service": pl.String,  # dynamodb, ecs
    "target": pl.String,  # `table/orders`, `service/shop/web`
    "dimension": pl.String,  # `dynamodb:table:ReadCapacityUnits`, `ecs:service:DesiredCount`
    "min_capacity": pl.Int64,
    "max_capacity": pl.Int64,
    "scale_out_suspended": pl.Boolean,
    "created_at": UTC_TIME,
})
