"""The newest estate and its prices, as remedies ask for them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from include.domains.capacity.derived import derived
from include.domains.capacity.remedies._remedy import Price

NODES = {
    "autoscaling_groups": "desired_capacity",
    "ecs_services": "desired_count",
    "elasticache_clusters": "node_count",
    "kinesis_streams": "open_shards",
    "nat_gateways": "address_count",
}
"""What carries the load together, by dataset: a what-if may remove some of them."""


class World:
    """Rows by (dataset, account, region, id), and prices by region and SKU."""

    def __init__(self, entities: Mapping[str, pl.LazyFrame], prices: pl.DataFrame) -> None:
        self._entities = entities
        self._rows: dict[str, dict[tuple[str, str, str], dict[str, Any]]] = {}
        self._prices = {
            (row["region"], row["sku"]): Price(row["usd"], row["price_source"], row["price_date"])
            for row in prices.filter((pl.col("usd") > 0) & pl.col("usd").is_finite()).iter_rows(named=True)
        }

    def row(self, dataset: str, account_id: str, region: str, resource_id: str) -> dict[str, Any] | None:
        """The resource with its derived columns; None: not there."""
        if dataset not in self._rows:
            frame = self._entities.get(dataset)
            rows = [] if frame is None else derived(dataset, frame).collect().iter_rows(named=True)
            self._rows[dataset] = {(r["account_id"], r["region"], r["resource_id"]): r for r in rows}
        return self._rows[dataset].get((account_id, region, resource_id))

    def price(self, region: str, sku: str) -> Price | None:
        """The list price; None: not known, which is not free."""
        return self._prices.get((region, sku))


def nodes(profiles: pl.DataFrame, entities: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """How many nodes carry each series' load: `sid` and `nodes`, null where there is no fleet.

    A group's size has none: AWS replaces a node that is gone, and the maximum stays.
    """
    wanted = profiles.select(
        "sid", "account_id", "region", "resource_type", "resource_id", "series_kind"
    ).unique()
    wanted = wanted.filter(pl.col("series_kind") != "asg_size")
    fleets = [
        frame.select(
            "account_id", "region", "resource_id", resource_type=pl.lit(dataset), nodes=pl.col(column)
        )
        for dataset, column in NODES.items()
        if (frame := entities.get(dataset)) is not None
    ]
    if not fleets:
        return wanted.select("sid", nodes=pl.lit(None, pl.Int64))
    counted = pl.concat(fleets).unique(["resource_type", "account_id", "region", "resource_id"], keep="first")
    joined = wanted.lazy().join(
        counted, on=["resource_type", "account_id", "region", "resource_id"], how="left"
    )
    return joined.select("sid", "nodes").sort("sid").collect()
