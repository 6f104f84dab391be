"""Is it still found? Collects again only what changed, and asks the same rules."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from include.core.changes import Change, ChangePlan

if TYPE_CHECKING:
    import polars as pl


def still_found(plan: ChangePlan, changes: list[Change]) -> set[str]:
    """Ids of the changes whose rule still finds their resource, by live state.

    Telemetry from before a change says nothing of the resource after it, so it is left out.
    """
    import polars as pl

    from include.domains.cost.sweep import judge_all
    from include.flows.assessing import estate_of
    from include.lake import Lake
    from include.policies.cost import cost_policy

    estate = estate_of(Lake.from_env(), plan.snapshot_id)
    touched = pl.LazyFrame(
        [(c.account_id, c.region, c.resource_type, c.resource_id) for c in changes],
        schema=["account_id", "region", "resource_type", "resource_id"],
        orient="row",
    )
    estate["metric_stats"] = estate["metric_stats"].join(
        touched, on=touched.collect_schema().names(), how="anti"
    )
    for (dataset,), part in touched.collect().group_by("resource_type"):
        fresh = _collected_again(str(dataset), part)
        old = estate[str(dataset)].join(part.lazy(), on=["account_id", "region", "resource_id"], how="anti")
        estate[str(dataset)] = pl.concat([old, fresh.lazy()])
    sweep = judge_all(
        {name: frame for name, frame in estate.items()},
        pl.DataFrame(schema=_gaps()),
        overrides=cost_policy().checks,
        as_of=datetime.now(UTC),
    )
    found = set(
        sweep.findings.filter(status="FAIL").select("check_id", "account_id", "region", "resource_id").rows()
    )
    return {c.change_id for c in changes if (c.check_id, c.account_id, c.region, c.resource_id) in found}
