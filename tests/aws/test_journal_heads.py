"""Heads of the journal in a bucket with Object Lock, on a moto server."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from include.aws.journal_heads import publish, published
from include.core.errors import HeadsUnreachable
from include.core.heads import Head

PREFIX = "watchkeeper/heads"
HEAD = Head(7, "9f2c" * 16, "verify_journal")


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


@pytest.fixture
def s3(endpoint):
    return boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint)


@pytest.fixture
def bucket(s3, request):
    name = f"heads-{abs(hash(request.node.name))}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def put(s3, bucket, head=HEAD, **changed):
    told = {"mode": "COMPLIANCE", "retention_days": 30, "now": datetime.now(UTC)} | changed
    return publish(s3, bucket, PREFIX, head, **told)


def read(s3, bucket):
    return [(head.seq, head.hash) for head in published(s3, bucket, PREFIX)]


def test_what_is_published_is_read_back(s3, bucket):
    address = put(s3, bucket)
    assert address == f"s3://{bucket}/{PREFIX}/000000000007-{HEAD.hash}.json"
    assert published(s3, bucket, PREFIX) == [Head(7, HEAD.hash, address)]


def test_publishing_a_head_again_changes_nothing(s3, bucket):
    put(s3, bucket)
    put(s3, bucket)
    assert read(s3, bucket) == [(7, HEAD.hash)]


def test_two_hashes_of_one_row_are_both_read(s3, bucket):
    put(s3, bucket)
    put(s3, bucket, Head(7, "a" * 64, "x"))
    assert set(read(s3, bucket)) == {(7, HEAD.hash), (7, "a" * 64)}


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_it_is_under_retention_for_as_long_as_was_asked(s3, bucket, mode):
    now = datetime.now(UTC).replace(microsecond=0)
    key = put(s3, bucket, mode=mode, retention_days=400, now=now).removeprefix(f"s3://{bucket}/")
    kept = s3.head_object(Bucket=bucket, Key=key)
    assert kept["ObjectLockMode"] == mode
    assert kept["ObjectLockRetainUntilDate"] == now + timedelta(days=400)


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_its_version_cannot_be_deleted(s3, bucket, mode):
    key = put(s3, bucket, mode=mode).removeprefix(f"s3://{bucket}/")
    (version,) = s3.list_object_versions(Bucket=bucket)["Versions"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
    assert read(s3, bucket) == [(7, HEAD.hash)]


def test_a_delete_marker_or_another_version_on_top_hides_nothing(s3, bucket):
    key = put(s3, bucket).removeprefix(f"s3://{bucket}/")
    s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    s3.delete_object(Bucket=bucket, Key=key)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    assert read(s3, bucket) == [(7, HEAD.hash)]


def test_other_objects_are_not_taken_for_heads(s3, bucket):
    for key in (
        "readme.txt",
        f"{PREFIX}/readme.txt",
        f"{PREFIX}2/{1:012d}-{'b' * 64}.json",
        f"{PREFIX}/1-b.json",
    ):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    assert read(s3, bucket) == []


@pytest.fixture
def unlocked(s3):
    s3.create_bucket(Bucket="unlocked")
    return "unlocked"


def test_a_bucket_without_object_lock_is_refused_and_gets_nothing(s3, unlocked):
    with pytest.raises(HeadsUnreachable, match="no Object Lock"):
        put(s3, unlocked)
    assert read(s3, unlocked) == []


def test_a_bucket_that_is_not_there_is_said_both_ways(s3):
    with pytest.raises(HeadsUnreachable, match="7 is not published: bucket nowhere-at-all: there is no such"):
        put(s3, "nowhere-at-all")
    with pytest.raises(HeadsUnreachable, match="cannot be read: bucket nowhere-at-all: there is no"):
        read(s3, "nowhere-at-all")


def denied(s3, operation):
    def answer(params, **_):
        body = {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}}
        return type("Http", (), {"status_code": 403})(), body

    s3.meta.events.register(f"before-call.s3.{operation}", answer)


@pytest.mark.parametrize(("operation", "do"), [("PutObject", put), ("ListObjectVersions", read)])
def test_what_the_role_may_not_is_said_with_what_to_compare(s3, bucket, operation, do):
    denied(s3, operation)
    with pytest.raises(HeadsUnreachable, match=r"watchkeeper-journal\.json \(AccessDenied\)"):
        do(s3, bucket)
