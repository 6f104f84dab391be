"""The lake: what was read of the estate, and what was found, snapshot by snapshot, in Delta tables."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl

from include.core.errors import WatchkeeperError
from include.lake import _since, _tables, history
from include.lake._names import harmless, utc
from include.lake._storage import Storage
from include.lake.schemas import conform, schema

log = logging.getLogger("watchkeeper")


class SnapshotInfo(NamedTuple):
    """One finished collection of the estate."""

    snapshot_id: str
    as_of: datetime  # UTC
    targets: tuple[str, ...]  # `111111111111/eu-west-1`
    resources: int


class Lake:
    """Delta tables below `root`: a folder, or `s3://bucket/prefix` with the usual AWS variables."""

    def __init__(self, root: str | Path) -> None:
        self._storage = Storage(str(root))

    @classmethod
    def from_env(cls) -> Self:
        """The lake at WATCHKEEPER_LAKE. WatchkeeperError when it is not set."""
        root = os.environ.get("WATCHKEEPER_LAKE")
        if not root:
            raise WatchkeeperError(
                "WATCHKEEPER_LAKE is not set: expected a folder or s3://bucket/prefix for the lake's tables"
            )
        return cls(root)

    @property
    def root(self) -> str:
        """The lake's address."""
        return self._storage.root

    def stage(self, snapshot_id: str, part: str, dataset: str, frame: pl.DataFrame) -> None:
        """Keep one part of a dataset (usually one target's) until the snapshot is judged and landed.

        The same part again replaces the first. SchemaMismatch as in `land`.
        """
        ready = conform(dataset, frame)
        address = self._storage.address(*_staging(snapshot_id, dataset), f"{harmless('part', part)}.parquet")
        self._storage.write(ready, address)
        log.info("lake: staged %s of %s: %d rows", dataset, part, frame.height)

    def staged(self, snapshot_id: str, dataset: str) -> pl.DataFrame:
        """All staged parts of a dataset; empty with all columns when nobody staged it.

        WatchkeeperError when nothing at all is staged for the snapshot: landing that would empty the lake.
        """
        return self.scan_staged(snapshot_id, dataset).collect()

    def scan_staged(self, snapshot_id: str, dataset: str) -> pl.LazyFrame:
        """`staged`, not yet read: for telemetry larger than memory."""
        files = self._storage.files(*_staging(snapshot_id, dataset))
        if not files and snapshot_id not in self._storage.folders("staging"):
            raise WatchkeeperError(
                f"snapshot {snapshot_id}: nothing is staged (any more). Collect its targets again first"
            )
        if not files:
            return pl.LazyFrame(schema=schema(dataset))
        return pl.scan_parquet(files, storage_options=self._storage.options).select(schema(dataset).names())

    def land(
        self,
        dataset: str,
        frame: pl.DataFrame,
        *,
        snapshot_id: str,
        as_of: datetime,
        part: _tables.Part | None = None,
    ) -> None:
        """Write a snapshot's rows of one table, in place of those it had: a retry never doubles.

        With `part` (text columns, each to the values it has there: `{"region": ["eu-west-1"]}`) only that
        part's rows are replaced. Safe side by side, for different tables and for different parts of one
        table. SchemaMismatch names dataset, column and the type expected; WatchkeeperError a row that does
        not belong to the part.
        """
        at = utc(as_of)
        ready = _tables.stamp(conform(dataset, frame), harmless("snapshot", snapshot_id), at)
        whole = {"snapshot_date": [str(at.date())], "snapshot_id": [snapshot_id]}
        _tables.only(ready, dataset, part or {})
        _tables.replace(self._storage, dataset, ready, _tables.predicate({**whole, **(part or {})}))
        log.info("lake: landed %s of snapshot %s: %d rows", dataset, snapshot_id, frame.height)

    def read(self, dataset: str, snapshot_id: str) -> pl.LazyFrame:
        """One snapshot's rows, the dataset's own columns; empty with all of them when there are none."""
        rows = _tables.scan(self._storage, dataset).filter(pl.col("snapshot_id") == snapshot_id)
        return rows.select(schema(dataset).names())

    def every(self, dataset: str) -> pl.LazyFrame:
        """All snapshots' rows, with their `snapshot_id` and `as_of` (UTC) after the dataset's own columns."""
        return _tables.scan(self._storage, dataset).drop("snapshot_date")

    def since(self, dataset: str, column: str, snapshot_id: str) -> pl.LazyFrame:
        """`account_id, region, resource_id, since` (UTC) for every resource of the snapshot.

        Since when `column` has had its present value without a break: the first observation of that run, over
        this and all earlier snapshots. See include/lake/_since.py for what breaks a run.
        """
        history = _tables.scan(self._storage, dataset)
        if column not in schema(dataset):
            raise WatchkeeperError(
                f"dataset {dataset}: no column {column!r}; it has {', '.join(schema(dataset))}"
            )
        as_of = history.filter(pl.col("snapshot_id") == snapshot_id).select(pl.col("as_of").max())
        newest = as_of.collect().item() or datetime.min.replace(tzinfo=UTC)
        finished = _tables.scan(self._storage, "snapshots")
        readings = _since.readings(finished, _tables.scan(self._storage, "gaps"), dataset)
        return _since.since(history, readings, column, snapshot_id, newest)

    def telemetry(self, *, since: datetime, until: datetime) -> pl.LazyFrame:
        """METRICS from `since` on, of all finished snapshots as of `until` or before, each point once."""
        finished = [one.snapshot_id for one in self.snapshots() if utc(since) <= one.as_of <= utc(until)]
        of_these = pl.col("snapshot_id").is_in(finished)
        metrics, read = (
            _tables.scan(self._storage, name).filter(of_these) for name in ("metrics", "metric_windows")
        )
        recent = metrics.filter(pl.col("at").is_null() | (pl.col("at") >= utc(since)))
        return history.each_once(recent.select(*schema("metrics"), "snapshot_id"), read)

    def telemetry_windows(self, account_id: str, region: str) -> pl.DataFrame:
        """METRIC_WINDOWS of one target over all finished snapshots."""
        finished = [one.snapshot_id for one in self.snapshots()]
        rows = _tables.scan(self._storage, "metric_windows").filter(account_id=account_id, region=region)
        return rows.filter(pl.col("snapshot_id").is_in(finished)).select(*schema("metric_windows")).collect()

    def close(self, snapshot_id: str, *, as_of: datetime, targets: list[str], resources: int) -> None:
        """Record a snapshot as finished. Safe to call again.

        What older snapshots left in staging is deleted; this one's stays until the next, so that landing it
        can be retried.
        """
        row = pl.DataFrame({"targets": [targets], "resources": [resources]}, schema=schema("snapshots"))
        self.land("snapshots", row, snapshot_id=snapshot_id, as_of=as_of)
        for name in self._storage.folders("staging"):
            if name < snapshot_id:
                self._storage.delete("staging", name)
                log.info("lake: deleted the staging of snapshot %s", name)

    def snapshots(self) -> list[SnapshotInfo]:
        """Every finished snapshot, newest first."""
        rows = (
            _tables.scan(self._storage, "snapshots").sort("as_of", "snapshot_id", descending=True).collect()
        )
        return [
            SnapshotInfo(row["snapshot_id"], row["as_of"], tuple(row["targets"]), row["resources"])
            for row in rows.iter_rows(named=True)
        ]

    def latest_snapshot(self) -> SnapshotInfo | None:
        """The newest finished snapshot; None before the first."""
        return next(iter(self.snapshots()), None)

    def snapshot(self, snapshot_id: str | None = None) -> SnapshotInfo:
        """One finished snapshot (None: the newest). WatchkeeperError when there is none such."""
        known = self.snapshots()
        for one in known:
            if snapshot_id in {None, one.snapshot_id}:
                return one
        asked = f"no snapshot {snapshot_id[:100]!r}" if snapshot_id else "no snapshot yet"
        newest = f"the newest is {known[0].snapshot_id}" if known else "run collect_estate first"
        raise WatchkeeperError(f"lake {self.root}: {asked}; {newest}")


def _staging(snapshot_id: str, dataset: str) -> tuple[str, str, str]:
    schema(dataset)  # KeyError names the tables there are
    return "staging", harmless("snapshot", snapshot_id), dataset
