"""The lake: a retry replaces, nothing doubles, and what is not there still has its columns."""

import logging
from datetime import datetime, timedelta, timezone

import polars as pl
import pytest
from deltalake import DeltaTable
from polars.testing import assert_frame_equal

from include.core.errors import WatchkeeperError
from include.lake import Lake, SnapshotInfo
from include.lake.schemas import STAMP, names, schema
from tests.hostile import IN_FRAMES
from tests.lake.conftest import ACCOUNT, MONDAY, REGION, TARGET, day, rows, volumes


@pytest.mark.parametrize("dataset", names())
def test_every_table_is_typed_and_empty_before_anything_was_written(lake, dataset):
    frame = lake.read(dataset, "20261116T050000Z").collect()
    assert frame.height == 0
    assert frame.schema == schema(dataset)


@pytest.mark.parametrize("dataset", names())
def test_every_table_keeps_its_types_on_disk(lake, dataset):
    lake.land(dataset, schema(dataset).to_frame(), snapshot_id="s1", as_of=MONDAY)
    assert lake.read(dataset, "s1").collect_schema() == schema(dataset)


def test_what_was_landed_is_read_back_whole(lake):
    frame = volumes(
        "vol-1", state="available", size_gib=8, created_at=MONDAY, encrypted=True,
        tags=[{"key": "Name", "value": "Zeile\n'; DROP TABLE"}], attached_instance_ids=["i-1", "i-2"],
    )  # fmt: skip
    lake.land("ebs_volumes", frame, snapshot_id="s1", as_of=MONDAY)
    assert_frame_equal(lake.read("ebs_volumes", "s1").collect(), frame)


def test_a_retry_replaces_and_never_doubles(lake):
    for names_ in (["vol-1", "vol-2"], ["vol-1", "vol-3"], ["vol-1", "vol-3"]):
        lake.land("ebs_volumes", volumes(*names_), snapshot_id="s1", as_of=MONDAY)
    assert lake.read("ebs_volumes", "s1").collect()["resource_id"].sort().to_list() == ["vol-1", "vol-3"]


def test_a_retry_that_finds_nothing_leaves_nothing(lake):
    lake.land("ebs_volumes", volumes("vol-1"), snapshot_id="s1", as_of=MONDAY)
    lake.land("ebs_volumes", volumes(), snapshot_id="s1", as_of=MONDAY)
    assert lake.read("ebs_volumes", "s1").collect().height == 0


def test_snapshots_of_one_day_do_not_touch_each_other(lake):
    lake.land("ebs_volumes", volumes("vol-1"), snapshot_id="s1", as_of=MONDAY)
    lake.land("ebs_volumes", volumes("vol-2"), snapshot_id="s2", as_of=MONDAY)
    lake.land("ebs_volumes", volumes("vol-3"), snapshot_id="s2", as_of=MONDAY)
    assert lake.read("ebs_volumes", "s1").collect()["resource_id"].to_list() == ["vol-1"]
    assert lake.read("ebs_volumes", "s2").collect()["resource_id"].to_list() == ["vol-3"]


def test_every_snapshot_is_read_at_once_with_its_name_and_time(lake):
    for number, snapshot in enumerate(("s1", "s2")):
        as_of = MONDAY + timedelta(days=number)
        lake.land("ebs_volumes", volumes(f"vol-{snapshot}"), snapshot_id=snapshot, as_of=as_of)
    found = lake.every("ebs_volumes").sort("as_of").collect()
    assert found.columns == [*schema("ebs_volumes"), "snapshot_id", "as_of"]
    assert found.select("resource_id", "snapshot_id", "as_of").rows() == [
        ("vol-s1", "s1", MONDAY),
        ("vol-s2", "s2", MONDAY + timedelta(days=1)),
    ]


def test_a_part_replaces_only_its_own_rows(lake):
    here, there = {"region": [REGION]}, {"region": ["us-east-1"]}
    other = volumes("vol-9").with_columns(region=pl.lit("us-east-1"))
    lake.land("ebs_volumes", volumes("vol-1"), snapshot_id="s1", as_of=MONDAY, part=here)
    lake.land("ebs_volumes", other, snapshot_id="s1", as_of=MONDAY, part=there)
    lake.land("ebs_volumes", volumes("vol-2"), snapshot_id="s1", as_of=MONDAY, part=here)
    found = lake.read("ebs_volumes", "s1").select("region", "resource_id").sort("region").collect().rows()
    assert found == [("eu-west-1", "vol-2"), ("us-east-1", "vol-9")]


def test_a_part_may_be_of_several_columns_and_values_and_another_snapshot_keeps_its_own(lake):
    part = {"account_id": [ACCOUNT], "resource_id": ["vol-1", "vol-2"]}
    for snapshot_id in ("s1", "s2"):
        lake.land("ebs_volumes", volumes("vol-1", "vol-2", "vol-3"), snapshot_id=snapshot_id, as_of=MONDAY)
    lake.land("ebs_volumes", volumes("vol-2"), snapshot_id="s2", as_of=MONDAY, part=part)
    left = {
        one: lake.read("ebs_volumes", one).collect()["resource_id"].sort().to_list() for one in ("s1", "s2")
    }
    assert left == {"s1": ["vol-1", "vol-2", "vol-3"], "s2": ["vol-2", "vol-3"]}


@pytest.mark.parametrize("name", IN_FRAMES.values(), ids=IN_FRAMES)
def test_a_part_may_have_any_name(lake, name):
    for names_ in (["vol-1", name], [name]):
        part = {"resource_id": names_}
        lake.land("ebs_volumes", volumes(*names_), snapshot_id="s1", as_of=MONDAY, part=part)
    assert sorted(lake.read("ebs_volumes", "s1").collect()["resource_id"]) == sorted(["vol-1", name])


@pytest.mark.parametrize("region", ["us-east-1", None])
def test_rows_of_another_part_are_refused_and_nothing_is_written(lake, region):
    stray = volumes("v").with_columns(region=pl.lit(region, pl.String))
    with pytest.raises(WatchkeeperError, match=f"ebs_volumes: expected region {REGION} only, got {region}"):
        lake.land("ebs_volumes", stray, snapshot_id="s1", as_of=MONDAY, part={"region": [REGION]})
    assert lake.read("ebs_volumes", "s1").collect().is_empty()


def test_a_part_by_a_column_that_the_table_did_not_have_yet(lake):
    old = pl.Schema({name: dtype for name, dtype in schema("left_out").items() if name != "domain"})
    stamp = {"snapshot_id": "s0", "as_of": MONDAY, "snapshot_date": MONDAY.date()}
    before = pl.DataFrame([{"check_id": "c", **stamp}], schema={**old, **STAMP})
    before.write_delta(
        f"{lake.root}/left_out", delta_write_options={"partition_by": ["snapshot_date", "snapshot_id"]}
    )
    for _ in range(2):
        lake.land(
            "left_out", rows("left_out", {"domain": "cost"}), snapshot_id="s1", as_of=MONDAY,
            part={"domain": ["cost"]},
        )  # fmt: skip
    assert lake.read("left_out", "s1").collect()["domain"].to_list() == ["cost"]
    assert lake.read("left_out", "s0").collect()["domain"].to_list() == [None]


def test_tables_are_partitioned_by_the_day_in_utc(lake):
    late = datetime(2026, 11, 16, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    lake.land("ebs_volumes", volumes("vol-1"), snapshot_id="s1", as_of=late)
    (partition,) = DeltaTable(f"{lake.root}/ebs_volumes").partitions()
    assert partition == {"snapshot_date": "2026-11-17", "snapshot_id": "s1"}


def test_a_column_added_later_is_null_in_older_snapshots(lake, monkeypatch):
    from include.lake import schemas

    lake.land("gaps", rows("gaps", {"dataset": "amis"}), snapshot_id="s1", as_of=MONDAY)
    wider = pl.Schema({**schema("gaps"), "retry_after": pl.Int64})
    monkeypatch.setitem(schemas._TABLES, "gaps", wider)
    assert lake.read("gaps", "s1").collect()["retry_after"].to_list() == [None]
    lake.land("gaps", wider.to_frame().vstack(_one(wider)), snapshot_id="s2", as_of=MONDAY)
    assert lake.read("gaps", "s2").collect()["retry_after"].to_list() == [7]
    assert lake.read("gaps", "s1").collect()["retry_after"].to_list() == [None]


def _one(columns: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame([{c: 7 if d == pl.Int64 else "x" for c, d in columns.items()}], schema=columns)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "s' OR 1=1 --", "a b", ".hidden"])
def test_names_that_could_leave_their_folder_or_their_quotes_are_refused(lake, name):
    with pytest.raises(WatchkeeperError, match="expected letters"):
        lake.land("ebs_volumes", volumes("vol-1"), snapshot_id=name, as_of=MONDAY)
    with pytest.raises(WatchkeeperError, match="expected letters"):
        lake.stage("s1", name, "ebs_volumes", volumes("vol-1"))


def test_a_time_without_zone_is_refused(lake):
    with pytest.raises(WatchkeeperError, match="time zone aware"):
        lake.land("ebs_volumes", volumes("v"), snapshot_id="s1", as_of=datetime(2026, 1, 1))  # noqa: DTZ001


def test_finished_snapshots_are_listed_newest_first_and_once(lake):
    for number in (1, 0, 1):
        snapshot_id, as_of = day(number)
        lake.close(snapshot_id, as_of=as_of, targets=[TARGET], resources=number)
    assert lake.snapshots() == [
        SnapshotInfo(*day(1), (TARGET,), 1),
        SnapshotInfo(*day(0), (TARGET,), 0),
    ]
    assert lake.latest_snapshot() == lake.snapshot() == lake.snapshot(day(1)[0])
    assert lake.snapshot(day(0)[0]).as_of == MONDAY


def test_a_snapshot_that_is_not_there_is_said_so(lake):
    assert lake.latest_snapshot() is None
    with pytest.raises(WatchkeeperError, match="no snapshot yet; run collect_estate first"):
        lake.snapshot()
    lake.close("s1", as_of=MONDAY, targets=[TARGET], resources=0)
    with pytest.raises(WatchkeeperError, match="no snapshot 's9'; the newest is s1"):
        lake.snapshot("s9")


def test_an_unfinished_snapshot_is_nobodys_newest(lake):
    lake.land("ebs_volumes", volumes("vol-1"), snapshot_id="s1", as_of=MONDAY)
    assert lake.latest_snapshot() is None


def test_the_environment_says_where_the_lake_is(tmp_path, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path))
    assert Lake.from_env().root == str(tmp_path)
    monkeypatch.delenv("WATCHKEEPER_LAKE")
    with pytest.raises(WatchkeeperError, match="WATCHKEEPER_LAKE is not set: expected a folder or s3://"):
        Lake.from_env()


def test_the_log_says_what_was_written(lake, caplog):
    caplog.set_level(logging.INFO, "watchkeeper")
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1"))
    lake.land("ebs_volumes", volumes("vol-1", "vol-2"), snapshot_id="s1", as_of=MONDAY)
    assert "lake: staged ebs_volumes of a: 1 rows" in caplog.messages
    assert "lake: landed ebs_volumes of snapshot s1: 2 rows" in caplog.messages
