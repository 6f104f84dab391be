"""Is it still found? Collects again only what changed, and asks the same rules."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from include.core.changes import Change

if TYPE_CHECKING:
    import polars as pl


def still_found(snapshot_id: str) -> Callable[[list[Change]], set[str]]:
    """Which of the changes' rules still find their resource, by live state; the rest is as in the snapshot.

    Telemetry from before a change says nothing of the resource after it, so it is left out.
    """

    def found(changes: list[Change]) -> set[str]:
        import polars as pl

        from include.core.gaps import GAPS
        from include.domains.cost.sweep import judge_all
        from include.flows.assessing import estate_of
        from include.lake import Lake
        from include.policies.cost import cost_policy

        estate = estate_of(Lake.from_env(), snapshot_id)
        touched = _touched(changes)
        key = ["account_id", "region", "resource_type", "resource_id"]
        estate["metric_stats"] = estate["metric_stats"].join(touched.lazy(), on=key, how="anti")
        for (dataset,), part in touched.group_by("resource_type"):
            kept = estate[str(dataset)].join(part.lazy(), on=[key[0], key[1], key[3]], how="anti")
            estate[str(dataset)] = pl.concat([kept, _collected_again(str(dataset), part).lazy()])
        sweep = judge_all(estate, GAPS.to_frame(), overrides=cost_policy().checks, as_of=datetime.now(UTC))
        failing = sweep.findings.filter(pl.col("status") == "FAIL")
        again = set(failing.select("check_id", "account_id", "region", "resource_id").rows())
        return {c.change_id for c in changes if (c.check_id, c.account_id, c.region, c.resource_id) in again}

    return found


def _touched(changes: list[Change]) -> "pl.DataFrame":
    import polars as pl

    columns = ["account_id", "region", "resource_type", "resource_id"]
    rows = {tuple(getattr(change, column) for column in columns) for change in changes}
    return pl.DataFrame(sorted(rows), schema=dict.fromkeys(columns, pl.String), orient="row")


def _collected_again(dataset: str, touched: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    from include.aws.collect.run import recollect
    from include.flows.sessions import Clients

    clients = Clients("read")
    return pl.concat(
        recollect(
            clients.session(str(account), str(region)), str(account), dataset, part["resource_id"].to_list()
        )
        for (account, region), part in touched.group_by("account_id", "region")
    )
