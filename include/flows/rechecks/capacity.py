"""Is it still found? The same forecast against the limit as it is now."""

from typing import TYPE_CHECKING

from include.core.changes import Change

if TYPE_CHECKING:
    import polars as pl

    from include.core.series import SeriesKind
    from include.lake import Lake, SnapshotInfo

SHOWN_LATER = ("autoscaling.set_schedule", "servicequotas.request_increase")
"""That the limit is as before says nothing yet: a schedule moves it at its hours, and AWS decides on a
request in minutes or in weeks. Both were read back when they were applied."""


def still_found(changes: list[Change], snapshot_id: str) -> set[str]:
    """A plan is still due for these, with their telemetry up to the snapshot and the limits of now.

    Where the limit is a constant (100 % of what there is), a change makes more of it: telemetry from before
    says nothing of the resource after it, and the rule finds nothing until there is new telemetry.
    """
    from include.domains.capacity.table import checked
    from include.flows.forecasting import entities
    from include.flows.recheck import now
    from include.lake import Lake
    from include.policies.capacity import capacity_policy

    lake, known = Lake.from_env(), checked(capacity_policy())
    estate = now(entities(lake, snapshot_id), changes)
    return {
        change.change_id
        for change in changes
        if change.action not in SHOWN_LATER
        and (kind := known.get(change.check_id)) is not None
        and not _relative(kind)
        and _due(lake, lake.snapshot(snapshot_id), change, estate)
    }


def _relative(kind: "SeriesKind") -> bool:
    return any(limit.constant is not None for limit in kind.limit)


def _due(lake: "Lake", snapshot: "SnapshotInfo", change: Change, estate: "dict[str, pl.LazyFrame]") -> bool:
    """Whether an outlook of the change's kind, on the resource it acts on, is FAIL with this estate."""
    import polars as pl

    from include.domains.capacity.ahead import Known, outlook
    from include.flows.forecasting import Batch, series_of
    from include.policies.capacity import capacity_policy

    policy = capacity_policy()
    followed = policy.model_copy(update={"series": {change.check_id: policy.series[change.check_id]}})
    kept = lake.read("outlooks", snapshot.snapshot_id).filter(
        pl.col("account_id") == change.account_id,
        pl.col("region") == change.region,
        pl.col("series_kind") == change.check_id,
        pl.coalesce("acts_on_id", "resource_id") == change.resource_id,
        scenario="base",
    )
    prices = lake.read("prices", snapshot.snapshot_id).collect()
    for resource_id in kept.select("resource_id").unique().collect().to_series():
        batch = Batch(
            snapshot_id=snapshot.snapshot_id,
            target=f"{change.account_id}/{change.region}",
            first=resource_id,
            last=resource_id,
            series=1,
        )
        prepared = series_of(lake, snapshot, batch, followed, estate)
        said = outlook(prepared, Known(estate, prices, followed, snapshot.as_of)).outlooks
        if "FAIL" in said["status"]:
            return True
    return False
