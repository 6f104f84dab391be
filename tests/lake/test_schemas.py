"""A frame of the wrong shape is refused by name: dataset, column, what was expected."""

from pathlib import Path

import polars as pl
import pytest

from include.core.errors import SchemaMismatch
from include.lake.schemas import conform, schema
from tests.lake.conftest import MONDAY, rows, volumes

SPOILT = [
    ("a column is missing", lambda f: f.drop("state"), "state: expected String, it is missing"),
    (
        "text for a number",
        lambda f: f.with_columns(size_gib=pl.lit("8")),
        "size_gib: expected Int64, got String",
    ),
    ("a fraction", lambda f: f.with_columns(size_gib=pl.lit(8.0)), "size_gib: expected Int64, got Float64"),
    (
        "a time without a zone",
        lambda f: f.with_columns(pl.col("created_at").dt.replace_time_zone(None)),
        r"created_at: expected Datetime\(time_unit='us', time_zone='UTC'\), got Datetime",
    ),
    ("a column too many", lambda f: f.with_columns(colour=pl.lit("red")), "colour: not expected"),
]


@pytest.mark.parametrize(("spoil", "said"), [one[1:] for one in SPOILT], ids=[one[0] for one in SPOILT])
@pytest.mark.parametrize("way", ["stage", "land"])
def test_a_wrong_column_is_named_and_nothing_is_written(lake, way, spoil, said):
    write = {
        "stage": lambda frame: lake.stage("s1", "a", "ebs_volumes", frame),
        "land": lambda frame: lake.land("ebs_volumes", frame, snapshot_id="s1", as_of=MONDAY),
    }
    with pytest.raises(SchemaMismatch, match=f"dataset ebs_volumes: column {said}.*Nothing was written"):
        write[way](spoil(volumes("vol-1")))
    assert not Path(lake.root).exists()


def test_all_that_is_wrong_is_said_at_once():
    frame = volumes("vol-1").drop("state").with_columns(iops=pl.lit("many"))
    with pytest.raises(SchemaMismatch, match=r"state: .*iops: "):
        conform("ebs_volumes", frame)


def test_the_order_of_columns_does_not_matter():
    frame = volumes("vol-1")
    assert conform("ebs_volumes", frame.select(reversed(frame.columns))).columns == frame.columns


def test_narrow_whole_numbers_are_widened_as_delta_has_no_unsigned_ones():
    counts = rows("finding_counts", {"check_id": "ec2_idle", "n": 3}).with_columns(
        pl.col("n").cast(pl.UInt32)
    )
    assert conform("finding_counts", counts).schema == schema("finding_counts")


def test_a_table_in_the_lake_of_another_type_is_named(lake, monkeypatch):
    from include.lake import schemas

    monkeypatch.setitem(schemas._TABLES, "gaps", pl.Schema({**schema("gaps"), "code": pl.Int64}))
    lake.land("gaps", schema("gaps").to_frame(), snapshot_id="s1", as_of=MONDAY)
    monkeypatch.undo()
    with pytest.raises(SchemaMismatch, match="gaps: in the lake, column code: expected String, got Int64"):
        lake.land("gaps", schema("gaps").to_frame(), snapshot_id="s2", as_of=MONDAY)
