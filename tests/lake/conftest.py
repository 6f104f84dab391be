"""A lake in a scratch folder, and rows that state only what matters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from include.lake import Lake
from include.lake.schemas import schema

# A busy machine is slow, not wrong: no deadline for one example, none for making it.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

MONDAY = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
ACCOUNT, REGION = "111111111111", "eu-west-1"
TARGET = f"{ACCOUNT}/{REGION}"


def day(number: int) -> tuple[str, datetime]:
    """The snapshot of that day: its id and time."""
    as_of = MONDAY + timedelta(days=number)
    return f"{as_of:%Y%m%dT%H%M%SZ}", as_of


def rows(dataset: str, *content: dict[str, Any]) -> pl.DataFrame:
    """Rows of a dataset in one target; what is not named is null."""
    place = {"account_id": ACCOUNT, "region": REGION}
    columns = schema(dataset)
    return pl.DataFrame([{c: ({**place, **row}).get(c) for c in columns} for row in content], schema=columns)


def volumes(*names: str, **columns: Any) -> pl.DataFrame:
    return rows("ebs_volumes", *({"resource_id": name, **columns} for name in names))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def history(lake: Lake) -> Callable[..., str]:
    """Lands one snapshot a day, each given as {volume: state}; None: the target could not be read that day.

    Returns the id of the last.
    """

    def land(*days: dict[str, str | None] | None) -> str:
        for number, states in enumerate(days):
            snapshot_id, as_of = day(number)
            if states is None:
                gap = rows("gaps", {"dataset": "ebs_volumes", "code": "AccessDenied"})
                lake.land("gaps", gap, snapshot_id=snapshot_id, as_of=as_of)
            found = [{"resource_id": name, "state": state} for name, state in (states or {}).items()]
            lake.land("ebs_volumes", rows("ebs_volumes", *found), snapshot_id=snapshot_id, as_of=as_of)
            lake.close(snapshot_id, as_of=as_of, targets=[TARGET], resources=len(found))
        return snapshot_id

    return land
