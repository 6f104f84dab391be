"""List prices of the AWS Price List API, as a price book for real accounts: EC2, EBS and RDS.

The API answers from us-east-1, eu-central-1 and ap-south-1 for all regions. moto does not have it, so the
tests answer from canned responses. Field names: Price List Query API, GetProducts; attributes: the service's
own offer file. SKUs that this does not ask for stay unknown; see FirstKnown in the cost domain's price book.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from include.core.prices import PRICES

PERMISSIONS = ("pricing:GetProducts",)
REGION = "us-east-1"
SOURCE = "AWS Price List API"

Attributes = Mapping[str, str]


class Query(NamedTuple):
    """What to ask for, and the SKU and unit of each product that comes back (None: not one of ours)."""

    service: str
    filters: Mapping[str, str]
    sku: Callable[[Attributes], str | None]
    unit: str


SYSTEMS = {"Linux": "linux", "Windows": "windows", "RHEL": "rhel", "SUSE": "suse"}
ENGINES = {
    ("PostgreSQL", ""): "postgres",
    ("MySQL", ""): "mysql",
    ("MariaDB", ""): "mariadb",
    ("Oracle", "Standard Two"): "oracle-se2",
    ("SQL Server", "Express"): "sqlserver-ex",
    ("SQL Server", "Web"): "sqlserver-web",
    ("SQL Server", "Standard"): "sqlserver-se",
    ("SQL Server", "Enterprise"): "sqlserver-ee",
}
ZONES = {"Single-AZ": "single", "Multi-AZ": "multi"}
RDS_STORAGE = {"General Purpose": "gp2", "General Purpose-GP3": "gp3", "Provisioned IOPS": "io1"}
SNAPSHOTS = {"EBS:SnapshotUsage": "snapshot", "EBS:SnapshotArchiveStorage": "snapshot-archive"}
PER_UNIT = {"GiBps-mo": 1024.0}
"""Units that are bigger than ours: GiB/s where we count MiB/s."""


def _ec2(a: Attributes) -> str | None:
    system = SYSTEMS.get(a.get("operatingSystem", ""))
    return f"ec2:{a['instanceType']}:{system}" if system and "instanceType" in a else None


def _volume(what: str) -> Callable[[Attributes], str | None]:
    return lambda a: f"ebs:{a['volumeApiName']}:{what}" if "volumeApiName" in a else None


def _snapshot(a: Attributes) -> str | None:
    kind = next((name for end, name in SNAPSHOTS.items() if a.get("usagetype", "").endswith(end)), None)
    return f"ebs:{kind}:gib-month" if kind else None


def _iops(a: Attributes) -> str | None:
    """The first tier only: io2 is cheaper beyond 32,000 IOPS."""
    return _volume("iops-month")(a) if a.get("group") == "EBS IOPS" else None


def _rds(a: Attributes) -> str | None:
    engine = ENGINES.get((a.get("databaseEngine", ""), a.get("databaseEdition", "")))
    zones = ZONES.get(a.get("deploymentOption", ""))
    if engine is None or zones is None or a.get("licenseModel") == "Bring your own license":
        return None
    return f"rds:{a['instanceType']}:{engine}:{zones}" if "instanceType" in a else None


def _rds_storage(a: Attributes) -> str | None:
    kind = RDS_STORAGE.get(a.get("volumeType", ""))
    single = a.get("deploymentOption") == "Single-AZ" and a.get("databaseEngine") in {"Any", "PostgreSQL"}
    return f"rds:{kind}:gib-month" if kind and single else None


QUERIES = (
    *(
        Query(
            "AmazonEC2",
            {
                "productFamily": "Compute Instance",
                "operatingSystem": system,
                "tenancy": "Shared",
                "preInstalledSw": "NA",
                "capacitystatus": "Used",
                "licenseModel": "No License required",
            },
            _ec2,
            "hour",
        )
        for system in SYSTEMS
    ),
    Query("AmazonEC2", {"productFamily": "Storage"}, _volume("gib-month"), "gib-month"),
    Query("AmazonEC2", {"productFamily": "System Operation"}, _iops, "iops-month"),
    Query("AmazonEC2", {"productFamily": "Provisioned Throughput"}, _volume("mibps-month"), "mibps-month"),
    Query("AmazonEC2", {"productFamily": "Storage Snapshot"}, _snapshot, "gib-month"),
    Query("AmazonRDS", {"productFamily": "Database Instance"}, _rds, "hour"),
    Query("AmazonRDS", {"productFamily": "Database Storage"}, _rds_storage, "gib-month"),
)


class PriceList:
    """A PriceBook over the Price List API. `pricing`: a boto3 client of that name."""

    def __init__(self, pricing: Any) -> None:
        self._pages = pricing.get_paginator("get_products")

    def prices(self, regions: list[str]) -> pl.DataFrame:
        """Every on-demand USD price of QUERIES in these regions, as PRICES; AWS errors propagate.

        Zero is no price. Where AWS lists different prices for one SKU of ours, it is unknown which is meant:
        the SKU is left out.
        """
        rows = [row for region in regions for query in QUERIES for row in self._ask(query, region)]
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
                usd = _usd(product)
                if sku is not None and usd is not None:
                    dated = date.fromisoformat(product["publicationDate"][:10])
                    yield region, sku, usd, query.unit, SOURCE, dated


def _usd(product: Mapping[str, Any]) -> float | None:
    """The on-demand price per our unit, of the first tier; None: not sold on demand, or not in USD."""
    dimensions = [
        dimension
        for term in product.get("terms", {}).get("OnDemand", {}).values()
        for dimension in term["priceDimensions"].values()
        if dimension.get("beginRange", "0") == "0"
    ]
    if len(dimensions) != 1 or "USD" not in dimensions[0]["pricePerUnit"]:
        return None
    return float(dimensions[0]["pricePerUnit"]["USD"]) / PER_UNIT.get(dimensions[0]["unit"], 1.0)
