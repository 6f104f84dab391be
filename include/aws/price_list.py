"""List prices of the AWS Price List API, as a price book for real accounts.

The API answers from us-east-1, eu-central-1 and ap-south-1 for all regions. moto does not have it, so the
tests answer from canned responses. Field names: Price List Query API, GetProducts. What is asked for is in
`include/aws/prices`, one file per service; SKUs that none of them asks for stay unknown, see FirstKnown in
the cost domain's price book.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from include.aws import prices
from include.aws.prices._query import Query
from include.core.discovery import modules
from include.core.prices import PRICES

PERMISSIONS = ("pricing:GetProducts",)
REGION = "us-east-1"
SOURCE = "AWS Price List API"

MIBPS = {"GiBps-mo": 1024.0, "MiBps-Mo": 1.0, "MBps-Mo": 1.0, "MBPS-Mo": 1.0}
"""Our units in AWS's, of throughput: EBS's is GiB/s. Of any other unit the price is unknown."""


@cache
def queries() -> tuple[Query, ...]:
    """What is asked for in each region, by service."""
    return tuple(query for module in modules(prices.__name__).values() for query in module.QUERIES)


class PriceList:
    """A PriceBook over the Price List API. `pricing`: a boto3 client of that name."""

    def __init__(self, pricing: Any) -> None:
        self._pages = pricing.get_paginator("get_products")

    def prices(self, regions: list[str]) -> pl.DataFrame:
        """Every on-demand USD price of `queries` in these regions, as PRICES; AWS errors propagate.

        Zero is no price. Where AWS lists different prices for one SKU of ours, it is unknown which is meant:
        the SKU is left out.
        """
        rows = [row for region in regions for query in queries() for row in self._ask(query, region)]
        found = pl.DataFrame(rows, schema=PRICES, orient="row").filter(pl.col("usd") > 0)
        single = pl.col("usd").n_unique().over("region", "sku") == 1
        return found.filter(single).unique(["region", "sku"], keep="first", maintain_order=True)

    def _ask(self, query: Query, region: str) -> Iterator[tuple[str, str, float, str, str, date]]:
        wanted = {"regionCode": region, **query.filters}
        pages = self._pages.paginate(
            ServiceCode=query.service,
            FormatVersion="aws_v1",
            Filters=[{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in wanted.items()],
        )
        for page in pages:
            for product in map(json.loads, page["PriceList"]):
                sku = query.sku(product["product"]["attributes"])
                usd = _usd(product, query.unit)
                if sku is not None and usd is not None:
                    dated = date.fromisoformat(product["publicationDate"][:10])
                    yield region, sku, usd, query.unit, SOURCE, dated


def _usd(product: Mapping[str, Any], unit: str) -> float | None:
    """The on-demand price per `unit`, of the first tier; None: not on demand, not in USD, or not per that."""
    dimensions = [
        dimension
        for term in product.get("terms", {}).get("OnDemand", {}).values()
        for dimension in term["priceDimensions"].values()
        if dimension.get("beginRange", "0") == "0"
    ]
    if len(dimensions) != 1 or "USD" not in dimensions[0]["pricePerUnit"]:
        return None
    ours = MIBPS.get(dimensions[0]["unit"]) if unit == "mibps-month" else 1.0
    return float(dimensions[0]["pricePerUnit"]["USD"]) / ours if ours else None
