from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.core.datasets import schema
from include.lake import Lake
from include.simulation.history import backfill, then

NOW = pl.DataFrame(
    [
        {"resource_id": "eipalloc-idle", "association_id": None},
        {"resource_id": "eipalloc-used", "association_id": "eipassoc-1"},
    ],
    schema=schema("elastic_ips"),
)


@pytest.mark.parametrize(
    ("day", "association"),
    [
        pytest.param(3, "eipassoc-before-eipalloc-idle", id="still in use"),
        pytest.param(2, None, id="just fallen idle"),
        pytest.param(1, None, id="idle"),
    ],
)
def test_an_address_idle_for_two_days_was_in_use_before(day, association):
    past = then(NOW, {"eipalloc-idle": 2.0}, day)
    assert past["association_id"].to_list() == [association, "eipassoc-1"]
    assert past.schema == schema("elastic_ips")


def test_the_lake_then_knows_since_when_an_address_is_idle(estate, ask, tmp_path):
    lake, ids = Lake(tmp_path), ask(estate, "ids")
    backfill(lake, estate, days=10)
    written = backfill(lake, estate, days=10)
    assert [one.snapshot_id for one in lake.snapshots()] == written[::-1]
    since = lake.since("elastic_ips", "association_id", written[-1]).collect()
    seeded_at = datetime.fromisoformat(ask(estate, "health")["seeded_at"])
    days = {row["resource_id"]: (seeded_at - row["since"]).days for row in since.iter_rows(named=True)}
    assert days[ids["old-partner-ip"]] == days[ids["poc-ip"]] == 10
    assert days[ids["bastion-spare"]] == 2
    assert len(days) == len(lake.read("elastic_ips", written[-1]).collect())
    assert lake.snapshots()[0].as_of < datetime.now(UTC) - timedelta(hours=23)
