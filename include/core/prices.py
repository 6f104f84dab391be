"""The price book's interface: what a rule may ask for, and the answer's shape."""

from typing import Protocol

import polars as pl

PRICES = pl.Schema({
    "region": pl.String,
    "sku": pl.String,  # `ec2:m5.large:linux`, `ebs:gp3:gib-month`; see docs/how-to-add-a-check.md
    "usd": pl.Float64,  # per `unit`; null: unknown. Never 0
    "unit": pl.String,  # hour, gib-month, iops-month, mibps-month, ...
    "price_source": pl.String,
    "price_date": pl.Date,
})


class PriceBook(Protocol):
    """List prices. A zero or missing price is unknown, and a saving from it is unknown too."""

    def prices(self, regions: list[str]) -> pl.DataFrame:
        """Every known price of these regions, as PRICES."""
