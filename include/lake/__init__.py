"""Delta tables under WATCHKEEPER_LAKE: snapshots of the estate, telemetry, findings."""

from include.lake.lake import Lake, SnapshotInfo

__all__ = ["Lake", "SnapshotInfo"]
