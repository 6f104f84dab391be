"""moto has no Price List API: botocore's Stubber answers, and refuses any call that is not expected.

The shape of a product is that of recorded GetProducts answers (AmazonECS, 2022-11-21). Attributes and prices
beyond EC2 are those of AWS's offer files of 2026-08-31 to 2026-09-22: AmazonECS, AWSELB and AmazonRDS for
London (github.com/mooncitizen/togen, internal/cost), AmazonCloudWatch and AmazonVPC for Ireland
(github.com/henderjm/world-cup-sweepstake, docs/costs). No row of AmazonKinesis, nor of the IOPS and
throughput of one PostgreSQL copy, was seen: their attributes are those that Infracost matches.
"""

import json
from datetime import date

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from include.aws.price_list import SOURCE, PriceList, queries
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
            for number, query in enumerate(queries()):
                pages = answers.get(number, [[]])
                for at, page in enumerate(pages):
                    more = {"NextToken": str(at)} if at + 1 < len(pages) else {}
                    again = {"NextToken": str(at - 1)} if at else {}
                    answer = {"FormatVersion": "aws_v1", "PriceList": page, **more}
                    stub.add_response("get_products", answer, asked(query, region) | again)
        found = PriceList(client).prices(list(regions))
        stub.assert_no_pending_responses()
    return found


def number(service, **filters):
    """The index of a service's query, by its filters."""
    return next(
        n for n, q in enumerate(queries()) if q.service == service and q.filters.items() >= filters.items()
    )


def ec2(family, **filters):
    return number("AmazonEC2", productFamily=family, **filters)


def rds(family):
    return number("AmazonRDS", productFamily=family)


def elb(family):
    return number("AWSELB", productFamily=family)


LINUX, WINDOWS = (ec2("Compute Instance", operatingSystem=name) for name in ("Linux", "Windows"))
STORAGE, OPERATION = ec2("Storage"), ec2("System Operation")
THROUGHPUT, SNAPSHOT = ec2("Provisioned Throughput"), ec2("Storage Snapshot")
RDS, RDS_STORAGE = rds("Database Instance"), rds("Database Storage")
RDS_IOPS, RDS_THROUGHPUT = rds("Provisioned IOPS"), rds("Provisioned Throughput")
ECS, KINESIS = number("AmazonECS"), number("AmazonKinesis")
LOGS, IPV4, CACHE = number("AmazonCloudWatch"), number("AmazonVPC"), number("AmazonElastiCache")
ALB, NLB = elb("Load Balancer-Application"), elb("Load Balancer-Network")
SHARED = {"tenancy": "Shared", "locationType": "AWS Region", "operation": ""}
ONE_COPY = {"databaseEngine": "PostgreSQL", "deploymentOption": "Single-AZ"}
NODE_TYPE = "cache.r7g.large"
NODE = {"instanceType": NODE_TYPE, "cacheEngine": "Redis", "usagetype": f"EUW2-NodeUsage:{NODE_TYPE}"}
WINDOWS_TASK = {"operatingSystem": "Windows", "tenancy": "Shared"}
APPLICATION = {"operation": "LoadBalancing:Application", "group": "ELB:Balancing"}
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
        (RDS_STORAGE, product("0.127", "GB-Mo", volumeType="General Purpose-GP3", databaseEngine="Any",
                              deploymentOption="Single-AZ"), "rds:gp3:gib-month", 0.127),
        (RDS_STORAGE, product("0.1160000000", "GB-Mo", volumeType="Magnetic", **ONE_COPY),
         "rds:standard:gib-month", 0.116),
        (RDS_STORAGE, product("0.125", "GB-Mo", volumeType="Provisioned IOPS-IO2", **ONE_COPY),
         "rds:io2:gib-month", 0.125),
        (RDS_IOPS, product("0.1", "IOPS-Mo", usagetype="RDS:PIOPS", **ONE_COPY), "rds:io1:iops-month", 0.1),
        (RDS_IOPS, product("0.1", "IOPS-Mo", usagetype="RDS:IO2-PIOPS", volumeType="Provisioned IOPS-IO2",
                           **ONE_COPY), "rds:io2:iops-month", 0.1),
        (RDS_IOPS, product("0.02", "IOPS-Mo", usagetype="EUC1-RDS:GP3-PIOPS", **ONE_COPY),
         "rds:gp3:iops-month", 0.02),
        (RDS_THROUGHPUT, product("81.92", "GiBps-mo", usagetype="RDS:GP3-Throughput", **ONE_COPY),
         "rds:gp3:mibps-month", 0.08),
        (ECS, product("0.0465600000", "hours", usagetype="EUW2-Fargate-vCPU-Hours:perCPU", cputype="perCPU",
                      **SHARED), "fargate:linux:x86:vcpu-hour", 0.04656),
        (ECS, product("0.0051100000", "hours", usagetype="EUW2-Fargate-GB-Hours", memorytype="perGB",
                      **SHARED), "fargate:linux:x86:gib-hour", 0.00511),
        (ECS, product("0.0372500000", "hours", usagetype="EUW2-Fargate-ARM-vCPU-Hours:perCPU",
                      cpuArchitecture="ARM", **SHARED), "fargate:linux:arm:vcpu-hour", 0.03725),
        (ECS, product("0.0040900000", "hours", usagetype="EUW2-Fargate-ARM-GB-Hours", cpuArchitecture="ARM",
                      **SHARED), "fargate:linux:arm:gib-hour", 0.00409),
        (ECS, product("0.0535440000", "hours", usagetype="EUW2-Fargate-Windows-vCPU-Hours:perCPU",
                      **WINDOWS_TASK), "fargate:windows:x86:vcpu-hour", 0.053544),
        (ECS, product("0.0058765000", "hours", usagetype="EUW2-Fargate-Windows-GB-Hours",
                      **WINDOWS_TASK), "fargate:windows:x86:gib-hour", 0.0058765),
        (ECS, product("0.0460000000", "hours", usagetype="EUW2-Fargate-Windows-OS-Hours:perCPU",
                      cputype="perCPU OS License Fee", **WINDOWS_TASK),
         "fargate:windows:licence:vcpu-hour", 0.046),
        (ECS, product("0.0001290000", "GB-Hours", usagetype="EUW2-Fargate-EphemeralStorage-GB-Hours",
                      storagetype="default"), "fargate:ephemeral:gib-hour", 0.000129),
        (ECS, product("0.0404800000", "hours", usagetype="USE1-Fargate-vCPU-Hours:perCPU", **SHARED),
         "fargate:linux:x86:vcpu-hour", 0.04048),
        (KINESIS, product("0.017", "ShardHour", usagetype="EU-Storage-ShardHour",
                          group="Provisioned shard hour"), "kinesis:shard:hour", 0.017),
        (LOGS, product("0.5700000000", "GB", usagetype="EU-DataProcessing-Bytes", group="Ingested Logs"),
         "logs:ingested:gib", 0.57),
        (ALB, product("0.0084000000", "LCU-Hrs", usagetype="EUW2-LCUUsage", **APPLICATION),
         "elb:application:lcu-hour", 0.0084),
        (ALB, product("0.0225", usagetype="LoadBalancerUsage", **APPLICATION),
         "elb:application:hour", 0.0225),
        (NLB, product("0.0060000000", "LCU-Hrs", usagetype="EUW2-LCUUsage",
                      operation="LoadBalancing:Network"), "elb:network:lcu-hour", 0.006),
        (IPV4, product("0.0050000000", usagetype="EU-PublicIPv4:InUseAddress", group="VPCPublicIPv4Address"),
         "eip:in-use:hour", 0.005),
        (IPV4, product("0.0050000000", usagetype="EU-PublicIPv4:IdleAddress", group="VPCPublicIPv4Address"),
         "eip:idle:hour", 0.005),
        (CACHE, product("0.256", **NODE), "elasticache:cache.r7g.large:redis", 0.256),
    ],
)  # fmt: skip
def test_a_product_becomes_a_price_under_our_sku(query, entry, sku, usd):
    [row] = prices({query: [[entry]]}).rows(named=True)
    assert (row["region"], row["sku"], row["usd"]) == (REGION, sku, pytest.approx(usd))
    assert (row["unit"], row["price_source"]) == (queries()[query].unit, SOURCE)
    assert row["price_date"] == date(2026, 2, 14)


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        pytest.param(LINUX, product("0.0000000000", **M6I), id="zero"),
        pytest.param(LINUX, product("7", currency="CNY", **M6I), id="CNY"),
        pytest.param(LINUX, product("0.1", **(M6I | {"operatingSystem": "Dos"})), id="system unknown"),
        pytest.param(STORAGE, product("0.1", "GB-Mo"), id="no volume type"),
        pytest.param(THROUGHPUT, product("45", "TiBps-mo", volumeApiName="gp3"), id="a unit never seen"),
        pytest.param(
            OPERATION, product("0.03", volumeApiName="io2", group="EBS IOPS Tier 2"), id="a later tier"
        ),
        pytest.param(SNAPSHOT, product("0.1", usagetype="EU-EBS:FastSnapshotRestore"), id="not storage"),
        pytest.param(
            RDS, product("0.1", **POSTGRES, licenseModel="Bring your own license"), id="own license"
        ),
        pytest.param(RDS, product("0.1", **(POSTGRES | {"databaseEngine": "Aurora MySQL"})), id="Aurora"),
        pytest.param(
            RDS_IOPS,
            product(
                "0.04",
                usagetype="RDS:Multi-AZ-GP3-PIOPS",
                databaseEngine="PostgreSQL",
                deploymentOption="Multi-AZ",
            ),
            id="IOPS of two copies",
        ),
        pytest.param(
            ECS, product("0.01", usagetype="EUW2-SpotUsage-Fargate-GB-Hours"), id="Fargate Spot, in case"
        ),
        pytest.param(
            ECS, product("0.01025", usagetype="EUW2-ECS-Anywhere-Instance-hours"), id="hosts of one's own"
        ),
        pytest.param(KINESIS, product("0.02", usagetype="EU-Extended-ShardHour"), id="longer retention"),
        pytest.param(LOGS, product("0.25", "GB", usagetype="EU-VendedLog-Bytes"), id="vended logs"),
        pytest.param(ALB, product("0.0084", usagetype="EUW2-ReservedLCUUsage"), id="reserved capacity units"),
        pytest.param(ALB, product("0.0059", usagetype="EUW2-TS-LoadBalancerUsage"), id="a trust store"),
        pytest.param(IPV4, product("0.008", usagetype="EU-PublicIPv4:ContiguousBlock"), id="a block"),
        pytest.param(
            CACHE,
            product("0.3", **(NODE | {"usagetype": "EUW2-ExtendedSupportYr3-NodeUsage:cache.r7g.large"})),
            id="extended support",
        ),
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


def test_each_question_is_asked_once():
    asked_for = [(query.service, *sorted(query.filters.items())) for query in queries()]
    assert len(asked_for) == len(set(asked_for))


def test_errors_of_aws_propagate():
    client = boto3.client("pricing", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("get_products", "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDeniedException"):
            PriceList(client).prices([REGION])
