from datetime import UTC, datetime

import polars as pl
import pytest

from include.core.gaps import GAPS
from include.flows.assessing import land_prices, only
from include.lake import Lake

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    made = Lake(tmp_path / "lake")
    made.close("s1", as_of=AS_OF, targets=["111111111111/eu-west-1"], resources=0)
    return made


def test_the_prices_a_snapshot_is_judged_by_are_kept_beside_it(lake):
    land_prices(lake, lake.snapshot("s1"))
    kept = lake.read("prices", "s1").collect()
    assert set(kept["region"]) == {"eu-west-1"}
    assert kept.filter(sku="ebs:gp3:gib-month")["usd"].to_list() != []
    assert kept["price_date"].null_count() == 0


def test_only_the_asked_targets_are_judged(lake):
    lake.land("gaps", _gaps("eu-west-1", "us-east-1"), snapshot_id="s1", as_of=AS_OF)
    left = only(lake.read("gaps", "s1"), ["111111111111/us-east-1"]).collect()
    assert left["region"].to_list() == ["us-east-1"]


def _gaps(*regions):
    rows = [
        ("111111111111", region, "amis", "ec2:DescribeImages", "AccessDenied", "denied") for region in regions
    ]
    return pl.DataFrame(rows, schema=GAPS, orient="row")
