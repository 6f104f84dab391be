import json

import pytest

from include.core.prices import PRICES
from include.domains.cost import refresh_prices
from include.domains.cost.refresh_prices import licences, rows, size_units, units, write

R = "eu-west-1"


def cells(**by_type):
    return {f"m6i.{size}": {R: usd} for size, usd in by_type.items()}


@pytest.mark.parametrize(
    ("listed", "large"),
    [
        pytest.param(cells(large=0.1, xlarge=0.2, **{"2xlarge": 0.0}), 0.1, id="two sizes agree"),
        pytest.param(cells(large=0.11, xlarge=0.22, **{"2xlarge": 0.4, "4xlarge": 0.8}), 0.1,
                     id="the lower of two agreeing pairs: the other is dedicated"),
        pytest.param(cells(large=0.1, xlarge=0.22, **{"2xlarge": 0.44}), 0.1,
                     id="one size, and two others with dedicated tenancy's surcharge"),
        pytest.param(cells(large=0.1, xlarge=0.3), None, id="no two agree"),
        pytest.param(cells(large=0.1, xlarge=0.0), None, id="zero is missing"),
        pytest.param(cells(large=0.1), None, id="one alone is not borne out"),
    ],
)  # fmt: skip
def test_a_unit_price_must_be_borne_out(listed, large):
    found = units(listed, R).get("m6i")
    assert found is None if large is None else found * 4 == pytest.approx(large)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("t3.nano", 0.25),
        ("m5.large", 4),
        ("m5.xlarge", 8),
        ("m5.24xlarge", 192),
        ("m5.metal", None),
        ("m5", None),
    ],
)
def test_sizes_follow_awss_normalization_factors(name, size):
    assert size_units(name) == size


def test_a_licence_is_what_regions_share_and_no_machine_price():
    linux = {region: {"m6i": unit} for region, unit in {"a": 0.025, "b": 0.03, "c": 0.035, "d": 0.04}.items()}
    windows = {"m6i.large": {"a": 0.1 + 0.092, "b": 0.12 + 0.092, "c": 0.14 + 0.092, "d": 0.16}}
    assert licences(windows, linux) == {"m6i": pytest.approx(0.046)}
    assert licences({"m6i.large": {"a": 0.192, "b": 0.212}}, linux) == {}, "two are not enough"


def test_a_size_without_a_usable_price_gets_its_familys_and_says_so():
    listed = cells(large=0.1, xlarge=0.2, **{"2xlarge": 0.0, "4xlarge": 0.88})
    found = {row["sku"]: row for row in rows({"ec2_linux": listed, "ec2_windows": {}}, "list", "2025-03-02")}
    assert {sku: (row["usd"], row["price_source"]) for sku, row in found.items()} == {
        "ec2:m6i.large:linux": ("0.1", "list"),
        "ec2:m6i.xlarge:linux": ("0.2", "list"),
        "ec2:m6i.2xlarge:linux": ("0.4", "list (by size)"),
        "ec2:m6i.4xlarge:linux": ("0.8", "list (by size)"),
    }


def test_the_file_is_dated_as_the_list_is(tmp_path, monkeypatch):
    monkeypatch.setattr(refresh_prices, "FOLDER", tmp_path)
    content = {
        "updated": 1740936978,
        "compute": {"ec2_linux": cells(large=0.1, xlarge=0.2), "ec2_windows": {}},
    }
    (tmp_path / "pricing.json").write_text(json.dumps(content))
    assert write(tmp_path / "pricing.json", "list") == 2
    lines = (tmp_path / "ec2_on_demand.csv").read_text().splitlines()
    assert lines[1:3] == [",".join(PRICES), "eu-west-1,ec2:m6i.large:linux,0.1,hour,list,2025-03-02"]
