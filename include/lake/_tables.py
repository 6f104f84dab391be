"""Delta tables: one commit per landing, which replaces exactly what it landed before."""

import random
import time
from collections.abc import Collection, Mapping
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

Part = Mapping[str, Collection[str]]
"""Some rows of a table: text columns, each to the values it has there."""


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


def only(frame: pl.DataFrame, dataset: str, part: Part) -> None:
    """WatchkeeperError when the frame has a row that does not belong to the part."""
    for column, values in part.items():
        others = frame.filter(~pl.col(column).is_in(list(values)).fill_null(value=False))[column].unique()
        if others.len():
            raise WatchkeeperError(
                f"dataset {dataset}: expected {column} {', '.join(sorted(values)[:5])} only, "
                f"got {', '.join(map(str, others.sort().head(5)))}"
            )


def predicate(part: Part) -> str:
    """The part as SQL."""
    return " AND ".join(
        f"{column} IN ({', '.join(map(_literal, sorted(set(values))))})" for column, values in part.items()
    )


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _create(storage: Storage, dataset: str) -> None:
    """Make the table when there is none, and add the columns it lacks; SchemaMismatch when the one there has
    another type for a column."""
    address = storage.address(dataset)
    expected = pl.Schema({**schema(dataset), **STAMP})
    if DeltaTable.is_deltatable(address, storage.options):
        present = pl.scan_delta(address, storage_options=storage.options).collect_schema()
        shared = pl.Schema({column: dtype for column, dtype in expected.items() if column in present})
        refuse(dataset, [f"in the lake, {one}" for one in differences(shared, present) if "got" in one])
        if len(shared) < len(expected):  # a part may be named by a column added since
            expected.to_frame().write_delta(
                address,
                mode="append",
                storage_options=storage.options,
                delta_write_options={"schema_mode": "merge"},
            )
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
