"""EC2 instances, whatever their state."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "instance_type": pl.String,
    "state": pl.String,  # pending, running, stopping, stopped, shutting-down, terminated
    "platform": pl.String,  # linux, windows, rhel, suse: as AWS bills it
    "lifecycle": pl.String,  # on-demand, spot, capacity-block
    "tenancy": pl.String,
    "architecture": pl.String,
    "image_id": pl.String,
    "launched_at": UTC_TIME,
    "stopped_at": UTC_TIME,  # from the state transition reason; null: not stopped, or unknown
    "volume_ids": pl.List(pl.String),
    "root_device_type": pl.String,  # ebs, instance-store: the latter cannot be stopped
})
