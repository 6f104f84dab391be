"""The price book that comes with the repository: dated list prices as CSV files, one row per region and SKU.

`prices/ec2_on_demand.csv` is generated (see `refresh_prices`), `prices/curated.csv` is kept by hand. Every
row names its source and date. A SKU that is not there has no price: its saving is unknown.
"""

from functools import cache
from pathlib import Path

import polars as pl

from include.core.errors import WatchkeeperError
from include.core.prices import PRICES, PriceBook

FOLDER = Path(__file__).with_name("prices")


class CsvPriceBook:
    """A PriceBook over every `*.csv` of a folder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def prices(self, regions: list[str]) -> pl.DataFrame:
        """Every known price of these regions, as PRICES. WatchkeeperError: two rows for one SKU, or no "
        "file."""
        return _read(self._folder).filter(pl.col("region").is_in(regions))


@cache
def _read(folder: Path) -> pl.DataFrame:
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise WatchkeeperError(f"{folder}: expected price files (*.csv with {', '.join(PRICES)}), found none")
    rows = pl.concat([pl.read_csv(file, schema=PRICES, comment_prefix="#") for file in files])
    known = rows.filter((pl.col("usd") > 0) & pl.col("usd").is_finite())
    twice = known.filter(pl.struct("region", "sku").is_duplicated()).sort("region", "sku")
    if not twice.is_empty():
        region, sku = twice.row(0)[:2]
        raise WatchkeeperError(
            f"{folder}: {sku} in {region} has several prices; expected one row per SKU and region"
        )
    return known


class FirstKnown:
    """A PriceBook that asks several, and takes each SKU's price from the first that knows it."""

    def __init__(self, *books: PriceBook) -> None:
        self._books = books

    def prices(self, regions: list[str]) -> pl.DataFrame:
        """The books' prices as PRICES, one row per region and SKU."""
        found = pl.concat([PRICES.to_frame(), *(book.prices(regions) for book in self._books)])
        known = found.filter((pl.col("usd") > 0) & pl.col("usd").is_finite())
        return known.unique(["region", "sku"], keep="first", maintain_order=True)
