"""Delta tables: one commit per landing, which replaces exactly what it landed before."""

import random
import time
from datetime import datetime

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from include.core.errors import WatchkeeperError
from include.lake._storage import Storage
from include.lake.schemas import STAMP, differences, refuse, schema

ATTEMPTS = 50
"""Landings of one table by others that one landing lets go first before it gives up."""

PARTITIONS = ["snapshot_date", "snapshot_id"]


def replace(storage: Storage, dataset: str, frame: pl.DataFrame, predicate: str) -> None:
    """Put `frame` (with its STAMP) in the place of the rows `predicate` names, in one commit.

    Landings side by side are safe: a commit that lost to another is made again from the table as it is now.
    CommitFailedError once that has happened ATTEMPTS times in a row.
    """
    address = storage.address(dataset)
    _create(storage, dataset)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            frame.write_delta(
                address,
                mode="overwrite",
                storage_options=storage.options,
                delta_write_options={"predicate": predicate, "schema_mode": "merge"},
            )
        except CommitFailedError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.02 * min(attempt, 10)))  # noqa: S311 - only to let others go first
        else:
            return


def scan(storage: Storage, dataset: str) -> pl.LazyFrame:
    """All rows of a table with their STAMP; empty with all columns when there is no table yet.

    A column that was added to the schema later is null in older snapshots.
    """
    expected = {**schema(dataset), **STAMP}
    address = storage.address(dataset)
    if not DeltaTable.is_deltatable(address, storage.options):
        return pl.LazyFrame(schema=expected)
    found = pl.scan_delta(address, storage_options=storage.options)
    present = found.collect_schema()
    return found.select(
        pl.col(column) if column in present else pl.lit(None, dtype).alias(column)
        for column, dtype in expected.items()
    )


def stamp(frame: pl.DataFrame, snapshot_id: str, as_of: datetime) -> pl.DataFrame:
    """The frame with the lake's own columns."""
    return frame.with_columns(
        snapshot_id=pl.lit(snapshot_id),
        as_of=pl.lit(as_of, STAMP["as_of"]),
        snapshot_date=pl.lit(as_of.date()),
    )


def only(frame: pl.DataFrame, dataset: str, target: str) -> None:
    """WatchkeeperError when the frame has rows of another target than `111111111111/eu-west-1`."""
    found = frame.select(pl.concat_str("account_id", "region", separator="/", ignore_nulls=True)).to_series()
    others = sorted(set(found.to_list()) - {target})
    if others:
        raise WatchkeeperError(f"dataset {dataset}: expected rows of {target} only, got {', '.join(others)}")


def _create(storage: Storage, dataset: str) -> None:
    """Make the table when there is none; SchemaMismatch when the one there has another type for a column."""
    address = storage.address(dataset)
    expected = pl.Schema({**schema(dataset), **STAMP})
    if DeltaTable.is_deltatable(address, storage.options):
        present = pl.scan_delta(address, storage_options=storage.options).collect_schema()
        shared = pl.Schema({column: dtype for column, dtype in expected.items() if column in present})
        refuse(dataset, [f"in the lake, {one}" for one in differences(shared, present) if "got" in one])
        return
    try:
        expected.to_frame().write_delta(
            address,
            mode="ignore",
            storage_options=storage.options,
            delta_write_options={"partition_by": PARTITIONS},
        )
    except CommitFailedError:  # another landing made it first
        DeltaTable(address, storage_options=storage.options)
