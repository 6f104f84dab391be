"""A snapshot as rules read it: datasets, telemetry, history and prices, each a lazy frame by its name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from include.domains.cost.sweep import Sweep
    from include.lake import Lake


def estate_of(lake: "Lake", snapshot_id: str, targets: list[str] | None = None) -> "dict[str, pl.LazyFrame]":
    """What the cost checks read of one snapshot, restricted to `targets` when given."""
    from include.domains.cost.price_book import CsvPriceBook
    from include.domains.cost.sweep import needs
    from include.policies.cost import cost_policy
    from include.policies.targets import targets as configured

    needed = needs(cost_policy().checks)
    estate = {name: lake.read(name, snapshot_id) for name in [*sorted(needed.datasets), "metric_stats"]}
    estate |= {
        f"{name}_since": lake.since(name, column, snapshot_id) for name, column in needed.histories.items()
    }
    if targets:
        estate = {name: only(frame, targets) for name, frame in estate.items()}
    regions = sorted({target.region for target in configured()})
    return estate | {"prices": CsvPriceBook().prices(regions).lazy()}


def only(frame: "pl.LazyFrame", targets: list[str]) -> "pl.LazyFrame":
    """The rows of these targets (`111111111111/eu-west-1`)."""
    import polars as pl

    return frame.filter(pl.concat_str("account_id", "region", separator="/").is_in(targets))


def judge_snapshot(lake: "Lake", snapshot_id: str, targets: list[str] | None = None) -> "Sweep":
    """Every enabled cost check over one snapshot, at the snapshot's own time."""
    from include.domains.cost.sweep import judge_all
    from include.policies.cost import cost_policy

    gaps = lake.read("gaps", snapshot_id)
    return judge_all(
        estate_of(lake, snapshot_id, targets),
        (only(gaps, targets) if targets else gaps).collect(),
        overrides=cost_policy().checks,
        as_of=lake.snapshot(snapshot_id).as_of,
    )
