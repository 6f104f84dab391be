"""ECS services. `resource_id` is `<cluster>/<service>`."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "cluster_name": pl.String,
    "service_name": pl.String,
    "state": pl.String,  # ACTIVE, DRAINING, INACTIVE
    "launch_type": pl.String,  # EC2, FARGATE, EXTERNAL; null: by capacity providers
    "scheduling": pl.String,  # REPLICA, DAEMON
    "desired_count": pl.Int64,
    "running_count": pl.Int64,
    "pending_count": pl.Int64,
    "task_definition": pl.String,  # ARN
    "task_cpu_units": pl.Int64,  # reserved per task, 1024 to a vCPU; null: nothing is reserved
    "task_memory_mib": pl.Int64,  # hard limit or reservation per task; null: nothing is reserved
    "created_at": UTC_TIME,
})
