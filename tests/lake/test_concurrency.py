"""Landings side by side, from real processes: every row arrives, once."""

import subprocess
import sys
from pathlib import Path

import pytest

from include.lake import Lake
from tests.conftest import ROOT

LANDING = """
import sys
from datetime import UTC, datetime
import polars as pl
from include.lake import Lake
from include.lake.schemas import schema

root, dataset, region, times = sys.argv[1:]
row = {"account_id": "111111111111", "region": region}
columns = schema(dataset)
key = "resource_id" if "resource_id" in columns else "reason"
for number in range(int(times)):
    frame = pl.DataFrame(
        [{c: {**row, key: f"{region}-{i}"}.get(c) for c in columns} for i in range(5)], schema=columns
    )
    print("ready", flush=True)
    sys.stdin.readline()
    Lake(root).land(
        dataset, frame, snapshot_id=f"s{number}", as_of=datetime(2026, 11, 16, tzinfo=UTC),
        part={"account_id": ["111111111111"], "region": [region]},
    )
"""
TIMES = 3


def _side_by_side(root: Path, work: list[tuple[str, str]]) -> None:
    """One process per (dataset, region); all start each landing at the same moment."""
    command = [sys.executable, "-W", "error", "-c", LANDING, str(root)]
    running = [
        subprocess.Popen(
            [*command, dataset, region, str(TIMES)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for dataset, region in work
    ]
    for _ in range(TIMES):
        ready = [one for one in running if one.stdout.readline()]
        for one in ready:
            one.stdin.write("go\n")
            one.stdin.flush()
    problems = [one.communicate(timeout=120)[1] for one in running]
    assert [one.returncode for one in running] == [0] * len(work), "\n".join(problems)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(
            [("ebs_volumes", region) for region in ("eu-west-1", "us-east-1", "ap-south-1", "sa-east-1")],
            id="parts of one table",
        ),
        pytest.param(
            [(dataset, "eu-west-1") for dataset in ("ebs_volumes", "amis", "gaps", "s3_buckets")],
            id="different tables",
        ),
    ],
)
def test_landings_side_by_side_lose_and_double_nothing(tmp_path, work):
    _side_by_side(tmp_path, work)
    lake = Lake(tmp_path)
    for number in range(TIMES):
        for dataset in {dataset for dataset, _ in work}:
            regions = {region: 5 for one, region in work if one == dataset}
            found = lake.read(dataset, f"s{number}").collect()
            assert dict(found.group_by("region").len().iter_rows()) == regions, (dataset, number)
