"""A snapshot as rules read it: datasets, telemetry, history and prices, each a lazy frame by its name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from include.core.prices import PriceBook
    from include.domains.cost.sweep import Sweep
    from include.lake import Lake, SnapshotInfo


def estate_of(lake: "Lake", snapshot_id: str) -> "dict[str, pl.LazyFrame]":
    """What the cost checks read of one snapshot."""
    from include.domains.cost.sweep import needs
    from include.policies.cost import cost_policy

    needed = needs(cost_policy().checks)
    estate = {name: lake.read(name, snapshot_id) for name in [*sorted(needed.datasets), "metric_stats"]}
    estate |= {
        f"{name}_since": lake.since(name, column, snapshot_id) for name, column in needed.histories.items()
    }
    return estate | {"prices": lake.read("prices", snapshot_id)}


def land_prices(lake: "Lake", snapshot: "SnapshotInfo") -> None:
    """Keep the prices a snapshot is judged by beside it, so that its savings can be retraced.

    The price list of `cost.yaml`: the repository's dated CSVs, or AWS's Price List API before them.
    """
    from include.domains.cost.price_book import CsvPriceBook, FirstKnown
    from include.policies.cost import cost_policy

    book: PriceBook = CsvPriceBook()
    if cost_policy().prices.source == "price_list_api":
        from include.aws.price_list import REGION, PriceList
        from include.flows.sessions import Clients

        account_id, region = snapshot.targets[0].split("/")
        pricing = Clients("read").elsewhere(account_id, region, "pricing", REGION)
        book = FirstKnown(PriceList(pricing), book)
    regions = sorted({target.split("/")[1] for target in snapshot.targets})
    lake.land("prices", book.prices(regions), snapshot_id=snapshot.snapshot_id, as_of=snapshot.as_of)


def judge_snapshot(lake: "Lake", snapshot_id: str) -> "Sweep":
    """Every enabled cost check over one snapshot, at the snapshot's own time; its prices are landed first."""
    from include.domains.cost.sweep import judge_all
    from include.policies.cost import cost_policy

    snapshot = lake.snapshot(snapshot_id)
    land_prices(lake, snapshot)
    return judge_all(
        estate_of(lake, snapshot_id),
        lake.read("gaps", snapshot_id).collect(),
        overrides=cost_policy().checks,
        as_of=snapshot.as_of,
    )
