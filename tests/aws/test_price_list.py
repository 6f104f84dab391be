"""moto has no Price List API: botocore's Stubber answers, and refuses any call that is not expected."""

import json
from datetime import date

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from include.aws.price_list import QUERIES, SOURCE, PriceList
from include.core.prices import PRICES

REGION = "eu-west-1"


def product(usd, unit="Hrs", currency="USD", **attributes):
    """One entry of a PriceList, as AWS sends it: JSON in a string."""
    dimension = {"unit": unit, "beginRange": "0", "endRange": "Inf", "pricePerUnit": {currency: usd}}
    return json.dumps({
        "product": {"sku": "X", "attributes": attributes},
        "terms": {"OnDemand": {"X.Y": {"priceDimensions": {"X.Y.Z": dimension}}}},
        "publicationDate": "2026-02-14T10:11:12Z",
    })


def asked(query, region=REGION):
    filters = {"regionCode": region, **query.filters}
    return {
        "ServiceCode": query.service,
        "FormatVersion": "aws_v1",
        "Filters": [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()],
    }


def prices(answers, regions=(REGION,)):
    """The book's rows when queries are answered by `answers` (index of the query: its pages)."""
    client = boto3.client("pricing", region_name="us-east-1")
    with Stubber(client) as stub:
        for region in regions:
            for number, query in enumerate(QUERIES):
                pages = answers.get(number, [[]])
                for at, page in enumerate(pages):
                    more = {"NextToken": str(at)} if at + 1 < len(pages) else {}
                    again = {"NextToken": str(at - 1)} if at else {}
                    answer = {"FormatVersion": "aws_v1", "PriceList": page, **more}
                    stub.add_response("get_products", answer, asked(query, region) | again)
        found = PriceList(client).prices(list(regions))
        stub.assert_no_pending_responses()
    return found


def number(family, **filters):
    """The index of a query, by its product family."""
    return next(
        n for n, q in enumerate(QUERIES) if q.filters.items() >= {"productFamily": family, **filters}.items()
    )


LINUX, WINDOWS = (number("Compute Instance", operatingSystem=name) for name in ("Linux", "Windows"))
STORAGE, OPERATION = number("Storage"), number("System Operation")
THROUGHPUT, SNAPSHOT = number("Provisioned Throughput"), number("Storage Snapshot")
RDS, RDS_STORAGE = number("Database Instance"), number("Database Storage")
M6I = {"instanceType": "m6i.large", "operatingSystem": "Linux"}
POSTGRES = {"instanceType": "db.m5.large", "databaseEngine": "PostgreSQL", "deploymentOption": "Single-AZ"}


@pytest.mark.parametrize(
    ("query", "entry", "sku", "usd"),
    [
        (LINUX, product("0.1070", **M6I), "ec2:m6i.large:linux", 0.107),
        (WINDOWS, product("0.199", **(M6I | {"operatingSystem": "Windows"})), "ec2:m6i.large:windows", 0.199),
        (STORAGE, product("0.088", "GB-Mo", volumeApiName="gp3"), "ebs:gp3:gib-month", 0.088),
        (
            OPERATION,
            product("0.0055", "IOPS-Mo", volumeApiName="gp3", group="EBS IOPS"),
            "ebs:gp3:iops-month",
            0.0055,
        ),
        (THROUGHPUT, product("45.056", "GiBps-mo", volumeApiName="gp3"), "ebs:gp3:mibps-month", 0.044),
        (
            SNAPSHOT,
            product("0.05", "GB-Mo", usagetype="EU-EBS:SnapshotUsage"),
            "ebs:snapshot:gib-month",
            0.05,
        ),
        (
            SNAPSHOT,
            product("0.0125", "GB-Mo", usagetype="EU-EBS:SnapshotArchiveStorage"),
            "ebs:snapshot-archive:gib-month",
            0.0125,
        ),
        (RDS, product("0.197", **POSTGRES), "rds:db.m5.large:postgres:single", 0.197),
        (
            RDS,
            product("0.394", **(POSTGRES | {"deploymentOption": "Multi-AZ"})),
            "rds:db.m5.large:postgres:multi",
            0.394,
        ),
        (
            RDS,
            product(
                "0.5",
                instanceType="db.m5.large",
                databaseEngine="SQL Server",
                databaseEdition="Web",
                deploymentOption="Single-AZ",
                licenseModel="License included",
            ),
            "rds:db.m5.large:sqlserver-web:single",
            0.5,
        ),
        (
            RDS_STORAGE,
            product(
                "0.127",
                "GB-Mo",
                volumeType="General Purpose-GP3",
                databaseEngine="Any",
                deploymentOption="Single-AZ",
            ),
            "rds:gp3:gib-month",
            0.127,
        ),
    ],
)
def test_a_product_becomes_a_price_under_our_sku(query, entry, sku, usd):
    [row] = prices({query: [[entry]]}).rows(named=True)
    assert (row["region"], row["sku"], row["usd"]) == (REGION, sku, pytest.approx(usd))
    assert (row["unit"], row["price_source"]) == (QUERIES[query].unit, SOURCE)
    assert row["price_date"] == date(2026, 2, 14)


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        pytest.param(LINUX, product("0.0000000000", **M6I), id="zero"),
        pytest.param(LINUX, product("7", currency="CNY", **M6I), id="CNY"),
        pytest.param(LINUX, product("0.1", **(M6I | {"operatingSystem": "Dos"})), id="system unknown"),
        pytest.param(STORAGE, product("0.1", "GB-Mo"), id="no volume type"),
        pytest.param(
            OPERATION, product("0.03", volumeApiName="io2", group="EBS IOPS Tier 2"), id="a later tier"
        ),
        pytest.param(SNAPSHOT, product("0.1", usagetype="EU-EBS:FastSnapshotRestore"), id="not storage"),
        pytest.param(
            RDS, product("0.1", **POSTGRES, licenseModel="Bring your own license"), id="own license"
        ),
        pytest.param(RDS, product("0.1", **(POSTGRES | {"databaseEngine": "Aurora MySQL"})), id="Aurora"),
        pytest.param(
            LINUX,
            json.dumps({"product": {"attributes": M6I}, "terms": {}, "publicationDate": "2026-02-14"}),
            id="reserved only",
        ),
    ],
)
def test_what_is_no_price_of_ours_is_left_out(query, entry):
    found = prices({query: [[entry]]})
    assert found.is_empty()
    assert found.schema == PRICES


def test_all_pages_of_all_regions_are_read():
    pages = [
        [product("0.1", instanceType=name, operatingSystem="Linux")]
        for name in ("a.large", "b.large", "c.large")
    ]
    found = prices({LINUX: pages}, ("eu-west-1", "us-east-1"))
    assert found["sku"].to_list() == ["ec2:a.large:linux", "ec2:b.large:linux", "ec2:c.large:linux"] * 2
    assert found["region"].unique(maintain_order=True).to_list() == ["eu-west-1", "us-east-1"]


def test_the_first_tier_counts():
    entry = json.loads(product("0.10", "GB-Mo", volumeApiName="gp3"))
    dimensions = entry["terms"]["OnDemand"]["X.Y"]["priceDimensions"]
    dimensions["later"] = {"unit": "GB-Mo", "beginRange": "51200", "pricePerUnit": {"USD": "0.05"}}
    assert prices({STORAGE: [[json.dumps(entry)]]})["usd"].to_list() == [0.1]


def test_two_prices_for_one_sku_are_no_price_and_the_same_twice_is_one():
    one, other = (product(usd, "GB-Mo", volumeApiName="gp3") for usd in ("0.08", "0.09"))
    assert prices({STORAGE: [[one, other]]}).is_empty()
    assert prices({STORAGE: [[one, one]]})["usd"].to_list() == [0.08]


def test_errors_of_aws_propagate():
    client = boto3.client("pricing", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("get_products", "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDeniedException"):
            PriceList(client).prices([REGION])
