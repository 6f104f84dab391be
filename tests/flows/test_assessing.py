from datetime import UTC, datetime

import pytest

from include.flows.assessing import land_prices
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
