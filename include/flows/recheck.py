"""Is it still found? Collects again only what changed, and asks the domain's own rules."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from include.core.changes import Change

if TYPE_CHECKING:
    import polars as pl

PLACE = ["account_id", "region", "resource_type", "resource_id"]


def still_found(domain: str, snapshot_id: str) -> Callable[[list[Change]], set[str]]:
    """Which of the changes' rules still find their resource, by live state. KeyError: no such domain."""

    def found(changes: list[Change]) -> set[str]:
        from include.core.discovery import modules

        again: set[str] = modules("include.flows.rechecks")[domain].still_found(changes, snapshot_id)
        return again

    return found


def touched(changes: list[Change]) -> "pl.DataFrame":
    """PLACE of every resource that the changes are about."""
    import polars as pl

    rows = {tuple(getattr(change, column) for column in PLACE) for change in changes}
    return pl.DataFrame(sorted(rows), schema=dict.fromkeys(PLACE, pl.String), orient="row")


def now(estate: "dict[str, pl.LazyFrame]", changes: list[Change]) -> "dict[str, pl.LazyFrame]":
    """The estate with what the changes are about collected again; gone resources are gone."""
    import polars as pl

    again = {}
    for (dataset,), part in touched(changes).group_by("resource_type"):
        kept = estate[str(dataset)].join(part.lazy(), on=["account_id", "region", "resource_id"], how="anti")
        again[str(dataset)] = pl.concat([kept, _collected_again(str(dataset), part).lazy()])
    return estate | again


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
