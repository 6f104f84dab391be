"""What every DAG shares: who owns it, how it retries, how it is tagged."""

import os
from datetime import timedelta
from typing import Any

import pendulum

START = pendulum.datetime(2026, 1, 1, tz="UTC")


def default_args(owner: str, **overrides: Any) -> dict[str, Any]:
    """Retries with a growing delay; a task is a transaction and safe to run again."""
    return {
        "owner": owner,
        "retries": 2,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=5),
        **overrides,
    }


def tags(domain: str, tier: int) -> list[str]:
    """`domain:` says whose it is, `tier:` how soon somebody must look when it fails (1: now, 2: today)."""
    return [f"domain:{domain}", f"tier:{tier}"]


def heavy_tasks_at_once() -> int | None:
    """How many tasks that keep a core busy may run side by side: WATCHKEEPER_HEAVY_TASKS, which `make demo`
    and `make up` set to all cores but one; None, not set: as many as there are workers. ValueError: it is
    no whole number from 1 on."""
    told = os.environ.get("WATCHKEEPER_HEAVY_TASKS")
    if told and not (told.isdecimal() and int(told)):
        raise ValueError(f"WATCHKEEPER_HEAVY_TASKS={told}: expected a whole number from 1 on")
    return int(told) if told else None
