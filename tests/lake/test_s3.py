"""The same lake on S3: the address and AWS_ENDPOINT_URL are all that differs."""

import subprocess
import sys
from collections.abc import Iterator

import boto3
import polars as pl
import pytest

from include.core.errors import WatchkeeperError
from include.lake import Lake
from tests.lake.conftest import MONDAY, TARGET, volumes

SERVER = """
import sys
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A moto server in a process of its own: deltalake holds this one's interpreter while it waits."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()


@pytest.fixture
def bucket(endpoint, monkeypatch, request) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    name = f"lake-{abs(hash(request.node.name))}"
    boto3.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return name


@pytest.fixture
def lake(bucket) -> Lake:
    return Lake(f"s3://{bucket}/watchkeeper/lake")


def test_a_snapshot_goes_the_whole_way(lake):
    assert lake.latest_snapshot() is None
    lake.stage("s1", "a", "ebs_volumes", volumes("vol-1", state="available"))
    lake.stage("s1", "b", "ebs_volumes", volumes("vol-2", state="in-use"))
    staged = lake.staged("s1", "ebs_volumes")
    for _ in range(2):
        lake.land("ebs_volumes", staged, snapshot_id="s1", as_of=MONDAY)
        lake.close("s1", as_of=MONDAY, targets=[TARGET], resources=2)
    assert lake.read("ebs_volumes", "s1").collect()["resource_id"].sort().to_list() == ["vol-1", "vol-2"]
    assert lake.snapshot().snapshot_id == "s1"
    assert lake.since("ebs_volumes", "state", "s1").collect()["since"].to_list() == [MONDAY, MONDAY]


def test_older_staging_is_deleted_and_nothing_else(lake, bucket):
    for name in ("s1", "s2"):
        lake.stage(name, "a", "ebs_volumes", volumes("vol-1"))
        lake.close(name, as_of=MONDAY, targets=[TARGET], resources=1)
    keys = [one["Key"] for one in boto3.client("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert [key for key in keys if "/staging/" in key] == [
        "watchkeeper/lake/staging/s2/ebs_volumes/a.parquet",
    ]
    assert any(key.startswith("watchkeeper/lake/snapshots/_delta_log/") for key in keys)
    with pytest.raises(WatchkeeperError, match="s1: nothing is staged"):
        lake.staged("s1", "ebs_volumes")


def test_two_lakes_in_one_bucket_do_not_see_each_other(lake, bucket):
    lake.land("ebs_volumes", volumes("vol-1"), snapshot_id="s1", as_of=MONDAY)
    assert Lake(f"s3://{bucket}/other").read("ebs_volumes", "s1").collect().height == 0


def test_parts_share_a_table(lake):
    for region in ("eu-west-1", "us-east-1"):
        other = volumes(f"vol-{region}").with_columns(region=pl.lit(region))
        lake.land("ebs_volumes", other, snapshot_id="s1", as_of=MONDAY, part={"region": [region]})
    assert lake.read("ebs_volumes", "s1").collect().height == 2
