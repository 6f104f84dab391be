import gzip
import json
from pathlib import Path

import moto.ec2
import polars as pl
import pytest

from include.domains.cost import refresh_instance_types
from include.domains.cost.instance_types import CSV, SCHEMA, instance_types, with_type
from include.domains.cost.refresh_instance_types import write

DUMP = Path(moto.ec2.__file__).parent / "resources" / "instance_types.json.gz"


def test_the_file_is_what_its_generator_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(refresh_instance_types, "CSV", tmp_path / "types.csv")
    write(DUMP)
    assert (tmp_path / "types.csv").read_text() == CSV.read_text()


def test_a_plain_dump_is_read_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(refresh_instance_types, "CSV", tmp_path / "types.csv")
    described = json.loads(gzip.decompress(DUMP.read_bytes()))
    (tmp_path / "two.json").write_text(
        json.dumps({name: described[name] for name in ("t3.small", "t3.medium")})
    )
    assert write(tmp_path / "two.json") == 2


@pytest.mark.parametrize(
    ("name", "smaller"),
    [
        ("m6i.24xlarge", "m6i.16xlarge"), ("m6i.xlarge", "m6i.large"), ("m6i.large", None),
        ("t3.medium", "t3.small"),
        ("m6i.metal", None), ("c4.8xlarge", "c4.4xlarge"),
    ],
)  # fmt: skip
def test_the_ladder_goes_down_one_size_in_the_family(name, smaller):
    assert instance_types().filter(instance_type=name)["smaller_type"].to_list() == [smaller]


def test_every_step_is_smaller():
    types = instance_types()
    assert types.schema == SCHEMA
    steps = types.join(types, left_on="smaller_type", right_on="instance_type", suffix="_new")
    assert (steps["memory_mib_new"] < steps["memory_mib"]).all()
    assert (steps["vcpu_new"] <= steps["vcpu"]).all()
    assert steps.height == types["smaller_type"].drop_nulls().len()


def test_a_type_nobody_knows_has_no_numbers():
    frame = pl.LazyFrame({"instance_type": ["zz9.large", "m6i.large"]})
    found = with_type(frame, pl.col("instance_type"), "cur").collect()
    assert found["cur_vcpu"].to_list() == [None, 2]
