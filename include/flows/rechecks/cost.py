"""Is it still found? The same checks, with what changed as it is now; the rest is as in the snapshot."""

from datetime import UTC, datetime

from include.core.changes import Change


def still_found(changes: list[Change], snapshot_id: str) -> set[str]:
    """Telemetry from before a change says nothing of the resource after it, so it is left out."""
    import polars as pl

    from include.core.gaps import GAPS
    from include.domains.cost.sweep import judge_all
    from include.flows.assessing import estate_of
    from include.flows.recheck import PLACE, now, touched
    from include.lake import Lake
    from include.policies.cost import cost_policy

    estate = estate_of(Lake.from_env(), snapshot_id)
    estate["metric_stats"] = estate["metric_stats"].join(touched(changes).lazy(), on=PLACE, how="anti")
    estate = now(estate, changes)
    sweep = judge_all(estate, GAPS.to_frame(), overrides=cost_policy().checks, as_of=datetime.now(UTC))
    failing = sweep.findings.filter(pl.col("status") == "FAIL")
    again = set(failing.select("check_id", "account_id", "region", "resource_id").rows())
    return {c.change_id for c in changes if (c.check_id, c.account_id, c.region, c.resource_id) in again}
