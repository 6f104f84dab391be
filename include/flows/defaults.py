"""What every DAG shares: who owns it, how it retries, how it is tagged."""

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
