"""Limits that follow from type, size and class."""

import gzip
import json
from pathlib import Path

import moto
import polars as pl
import pytest

from include.core.datasets import names, schema
from include.domains.capacity import refresh_instance_limits
from include.domains.capacity.derived import DERIVED, MIB, derived, volume_limits
from include.domains.capacity.instance_limits import SCHEMA, instance_limits

DUMP = Path(moto.__file__).parent / "ec2" / "resources" / "instance_types.json.gz"


def only(dataset, **row):
    return derived(dataset, pl.LazyFrame([row], schema=schema(dataset))).collect().row(0, named=True)


@pytest.mark.parametrize("dataset", names())
def test_the_datasets_own_columns_stay_and_the_named_ones_are_added(dataset):
    columns = derived(dataset, schema(dataset).to_frame().lazy()).collect_schema().names()
    assert columns[: len(schema(dataset))] == schema(dataset).names()
    assert set(DERIVED.get(dataset, ())) <= set(columns) - set(schema(dataset))


@pytest.mark.parametrize(
    ("instance_type", "iops", "each_second"),
    [("m5.large", 3_600, 81_250_000.0), ("x1.future", None, None), (None, None, None)],
)
def test_an_instance_sustains_what_its_type_does(instance_type, iops, each_second):
    row = only("ec2_instances", instance_type=instance_type)
    assert (row["type_ebs_iops"], row["type_ebs_bytes"]) == (iops, each_second)


VOLUMES = [
    ("as provisioned", {"volume_type": "gp3", "iops": 12_000, "throughput_mibps": 500}, 12_000, 500),
    ("a small gp2 bursts", {"volume_type": "gp2", "size_gib": 20, "iops": 100}, 3_000, 250),
    ("a large gp2 needs not", {"volume_type": "gp2", "size_gib": 2_000, "iops": 6_000}, 6_000, 250),
    ("io2", {"volume_type": "io2", "iops": 20_000}, 20_000, 4_000),
    ("a disk has no provisioned rate", {"volume_type": "st1"}, 500, 500),
]


@pytest.mark.parametrize(("row", "iops", "mibps"), [c[1:] for c in VOLUMES], ids=[c[0] for c in VOLUMES])
def test_a_volume_does_at_most(row, iops, mibps):
    found = only("ebs_volumes", **row)
    assert (found["most_iops"], found["most_bytes"]) == (iops, mibps * MIB)


def test_a_volume_of_a_type_nobody_knows_is_unknown():
    row = only("ebs_volumes", volume_type="gp9")
    assert (row["most_iops"], row["most_bytes"]) == (None, None)


DATABASES = [
    ("postgres", {"engine": "postgres", "instance_class": "db.m5.large"}, "max_connections", 901),
    ("at most 5,000", {"engine": "postgres", "instance_class": "db.r5.24xlarge"}, "max_connections", 5_000),
    ("mysql", {"engine": "mysql", "instance_class": "db.t3.medium"}, "max_connections", 341),
    (
        "a class with a suffix",
        {"engine": "mysql", "instance_class": "db.t3.medium.tpc1"},
        "max_connections",
        341,
    ),
    (
        "an engine nobody knows",
        {"engine": "aurora-mysql", "instance_class": "db.r5.large"},
        "max_connections",
        None,
    ),
    ("without a class", {"engine": "postgres", "instance_class": "db.serverless"}, "max_connections", None),
    ("the class sustains less", {"instance_class": "db.m5.large", "iops": 12_000}, "most_iops", 3_600),
    ("the volume has less", {"instance_class": "db.m5.4xlarge", "iops": 12_000}, "most_iops", 12_000),
    (
        "gp2 bursts",
        {"instance_class": "db.m5.4xlarge", "storage_type": "gp2", "allocated_gib": 20},
        "most_iops",
        3_000,
    ),
    (
        "gp2 by its size",
        {"instance_class": "db.m5.4xlarge", "storage_type": "gp2", "allocated_gib": 4_000},
        "most_iops",
        12_000,
    ),
    (
        "throughput of the class",
        {"instance_class": "db.m5.large", "throughput_mibps": 500},
        "most_bytes",
        81_250_000.0,
    ),
    (
        "throughput of the volume",
        {"instance_class": "db.m5.24xlarge", "throughput_mibps": 500},
        "most_bytes",
        500 * MIB,
    ),
]


@pytest.mark.parametrize(
    ("row", "column", "value"), [c[1:] for c in DATABASES], ids=[c[0] for c in DATABASES]
)
def test_a_database_is_bound_by_class_and_volume(row, column, value):
    assert only("rds_instances", **row)[column] == value


def test_the_table_of_instances_is_what_the_dump_says():
    described = json.loads(gzip.decompress(DUMP.read_bytes()))
    made = [
        {key: None if value == "" else value for key, value in row.items()}
        for row in refresh_instance_limits.rows(described)
    ]
    assert instance_limits().equals(pl.DataFrame(made, schema=SCHEMA))
    assert instance_limits().height > 1_000


def test_every_type_of_volume_is_in_the_table_once():
    assert sorted(volume_limits()["volume_type"]) == ["gp2", "gp3", "io1", "io2", "sc1", "st1"]


def test_the_table_is_written_with_its_date(tmp_path, monkeypatch):
    monkeypatch.setattr(refresh_instance_limits, "CSV", tmp_path / "limits.csv")
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"m9.large": {"MemoryInfo": {"SizeInMiB": 8192}}}))
    assert refresh_instance_limits.write(dump, "2030-01") == 1
    assert (tmp_path / "limits.csv").read_text().splitlines() == [
        "# As of 2030-01. Generated by refresh_instance_limits.py; source and licence: there.",
        "instance_type,memory_mib,ebs_iops,ebs_mb_per_second",
        "m9.large,8192,,",
    ]
