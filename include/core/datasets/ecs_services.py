"""ECS services. `resource_id` is `<cluster>/<service>`."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "cluster_name": pl.String,
    "service_name": pl.String,
    "state": pl.String,  # ACTIVE, DRAINING, INACTIVE
    "launch_type": pl.String,  # EC2, FARGATE, EXTERNAL; null: by capacity providers
    "capacity_providers": pl.List(pl.String),  # FARGATE, FARGATE_SPOT or own ones; empty: by launch type
    "scheduling": pl.String,  # REPLICA, DAEMON
    "desired_count": pl.Int64,
    "running_count": pl.Int64,
    "pending_count": pl.Int64,
    "task_definition": pl.String,  # ARN
    "task_cpu_units": pl.Int64,  # reserved per task, 1024 to a vCPU; null: nothing is reserved
    "task_memory_mib": pl.Int64,  # hard limit or reservation per task; null: nothing is reserved
    "task_os": pl.String,  # LINUX, WINDOWS_SERVER_2022_CORE, ...; null: the definition was not read
    "task_architecture": pl.String,  # X86_64, ARM64; null: the definition was not read
    "task_ephemeral_gib": pl.Int64,  # null: what Fargate includes
    "created_at": UTC_TIME,
})
