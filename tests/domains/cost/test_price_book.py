from datetime import date

import polars as pl
import pytest

from include.core.errors import WatchkeeperError
from include.core.prices import PRICES
from include.domains.cost.price_book import CsvPriceBook, FirstKnown
from include.domains.cost.refresh_prices import REGIONS

HEADER = ",".join(PRICES)
BOOK = CsvPriceBook()


def usd(sku, region="eu-west-1"):
    return BOOK.prices([region]).filter(sku=sku)["usd"].to_list()


def test_every_row_has_a_price_a_source_and_a_date():
    prices = BOOK.prices(list(REGIONS))
    assert prices.schema == PRICES
    assert prices.null_count().sum_horizontal().item() == 0
    assert (prices["usd"] > 0).all()
    assert prices["price_date"].is_between(date(2024, 1, 1), date(2026, 12, 31)).all()
    assert not prices.select("region", "sku").is_duplicated().any()


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
@pytest.mark.parametrize(
    "sku",
    [
        "ec2:m6i.xlarge:linux", "ec2:t3.medium:windows", "ebs:gp2:gib-month", "ebs:gp3:gib-month",
        "ebs:gp3:iops-month", "ebs:gp3:mibps-month", "ebs:io1:iops-month", "ebs:snapshot:gib-month",
        "ebs:snapshot-archive:gib-month", "eip:idle:hour", "nat:hour", "elb:application:hour",
        "elb:network:hour", "elb:gateway:hour", "elb:classic:hour", "rds:db.m5.large:postgres:single",
        "rds:db.m5.large:mysql:multi", "rds:gp3:gib-month", "dynamodb:rcu:hour", "dynamodb:wcu:hour",
        "s3:standard:gib-month", "logs:stored:gib-month", "fargate:linux:x86:vcpu-hour",
        "fargate:linux:x86:gib-hour", "fargate:linux:arm:vcpu-hour", "fargate:linux:arm:gib-hour",
        "kinesis:shard:hour", "logs:ingested:gib", "elb:application:lcu-hour", "elb:network:lcu-hour",
        "eip:in-use:hour",
    ],
)  # fmt: skip
def test_the_main_regions_have_what_checks_and_remedies_ask_for(region, sku):
    assert len(usd(sku, region)) == 1


@pytest.mark.parametrize(
    ("sku", "price"),
    [
        pytest.param("ec2:m5.large:linux", 0.107, id="the list has dedicated tenancy's 0.114"),
        pytest.param(
            "ec2:m5.large:windows", 0.199, id="the list has the machine's price without the licence"
        ),
        pytest.param("ec2:t3.medium:linux", 0.0456, id="the list has 0.0487"),
        pytest.param("ec2:m6i.large:linux", 0.107, id="the list has 0.118"),
        pytest.param("ec2:m4.xlarge:linux", 0.222, id="the list has 0"),
    ],
)
def test_what_the_list_gets_wrong_is_put_right(sku, price):
    """Shared-tenancy prices of AWS's own page for Ireland; the list disagrees with each."""
    assert usd(sku) == [pytest.approx(price, rel=0.002)]


@pytest.mark.parametrize(
    ("region", "sku", "price"),
    [
        ("eu-west-2", "fargate:linux:x86:vcpu-hour", 0.04656),
        ("eu-west-2", "elb:application:lcu-hour", 0.0084),
        ("us-west-2", "fargate:linux:arm:gib-hour", 0.00356),
        ("eu-west-1", "logs:ingested:gib", 0.57),
    ],
)
def test_prices_of_one_region_are_not_those_of_another(region, sku, price):
    """As the offer file or bill that the row names has it."""
    assert usd(sku, region) == [price]
    assert "from memory" not in BOOK.prices([region]).filter(sku=sku)["price_source"].item()


def test_what_no_source_was_found_for_has_no_row():
    assert usd("kinesis:shard:hour", "ap-southeast-2") == usd("rds:gp3:iops-month", "eu-west-1") == []


def test_multi_az_is_twice_single_az():
    [single], [multi] = usd("rds:db.r5.xlarge:mysql:single"), usd("rds:db.r5.xlarge:mysql:multi")
    assert multi == pytest.approx(2 * single)


def test_an_unknown_region_has_no_prices():
    assert BOOK.prices(["mars-north-1"]).is_empty()
    assert BOOK.prices([]).schema == PRICES


def test_zero_and_missing_prices_are_left_out(tmp_path):
    lines = [
        "eu-west-1,a,0.0,hour,me,2026-01-01",
        "eu-west-1,b,,hour,me,2026-01-01",
        "eu-west-1,c,1,hour,me,2026-01-01",
    ]
    (tmp_path / "some.csv").write_text("\n".join(["# a comment", HEADER, *lines]))
    assert CsvPriceBook(tmp_path).prices(["eu-west-1"])["sku"].to_list() == ["c"]


def test_two_prices_for_one_sku_are_an_error(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(f"{HEADER}\neu-west-1,nat:hour,0.05,hour,me,2026-01-01\n")
    with pytest.raises(WatchkeeperError, match="nat:hour in eu-west-1 has several prices"):
        CsvPriceBook(tmp_path).prices(["eu-west-1"])


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(WatchkeeperError, match="found none"):
        CsvPriceBook(tmp_path).prices(["eu-west-1"])


def test_the_generated_file_stays_small():
    from include.domains.cost.price_book import FOLDER

    assert (FOLDER / "ec2_on_demand.csv").stat().st_size < 1_500_000
    assert pl.read_csv(FOLDER / "ec2_on_demand.csv", comment_prefix="#").height > 8_000


def test_of_several_books_the_first_that_knows_a_price_is_taken(tmp_path):
    for name, lines in {
        "a": ["nat:hour,0.04", "eip:idle:hour,0"],
        "b": ["nat:hour,0.05", "eip:idle:hour,0.005"],
    }.items():
        (tmp_path / name).mkdir()
        rows = [f"eu-west-1,{line},hour,{name},2026-01-01" for line in lines]
        (tmp_path / name / "x.csv").write_text("\n".join([HEADER, *rows]))
    both = FirstKnown(CsvPriceBook(tmp_path / "a"), CsvPriceBook(tmp_path / "b")).prices(["eu-west-1"])
    assert dict(both.select("sku", "price_source").rows()) == {"nat:hour": "a", "eip:idle:hour": "b"}
    assert FirstKnown().prices(["eu-west-1"]).schema == PRICES
