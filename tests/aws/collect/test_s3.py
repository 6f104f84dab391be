import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from include.aws.collect.s3 import SIZED_UPLOADS, aborts_multipart_days, s3_buckets


def rule(days=7, **overrides):
    return {
        "Status": "Enabled",
        "Filter": {},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    } | overrides


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        pytest.param([], None, id="no rules"),
        pytest.param([rule()], 7, id="the whole bucket"),
        pytest.param([rule(Filter={"Prefix": ""})], 7, id="an empty prefix is the whole bucket"),
        pytest.param([{**rule(), "Prefix": ""}], 7, id="the older form"),
        pytest.param([rule(7), rule(3)], 3, id="the shortest wins"),
        pytest.param([rule(Status="Disabled")], None, id="disabled"),
        pytest.param([rule(Filter={"Prefix": "tmp/"})], None, id="a prefix is not the whole bucket"),
        pytest.param([rule(Filter=None, Prefix="tmp/")], None, id="a prefix in the older form"),
        pytest.param(
            [rule(Filter={"And": {"Prefix": "", "ObjectSizeGreaterThan": 1}})],
            None,
            id="a size is not either",
        ),
        pytest.param(
            [{"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}], None, id="another action"
        ),
    ],
)
def test_only_an_enabled_rule_for_the_whole_bucket_aborts_uploads(rules, days):
    assert aborts_multipart_days(rules) == days


@pytest.fixture
def s3(aws):
    client = aws("s3")
    for name in ("orders", "photos"):
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def upload(s3, bucket, key, *sizes):
    started = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    for number, size in enumerate(sizes, start=1):
        s3.upload_part(Bucket=bucket, Key=key, UploadId=started, PartNumber=number, Body=b"x" * size)


def of(s3, bucket, *columns):
    return s3_buckets(s3, [bucket]).select(columns).row(0)


UPLOADS = ("multipart_upload_count", "multipart_bytes")


def test_a_bucket_without_rules_has_an_empty_list(s3):
    assert of(s3, "orders", "lifecycle_rules", "aborts_multipart_days") == ("[]", None)


def test_rules_come_as_aws_sends_them(s3):
    dated = {
        "ID": "a",
        "Status": "Enabled",
        "Prefix": "",
        "Expiration": {"Date": datetime(2030, 1, 1, tzinfo=UTC)},
    }
    rules = [dated, rule(5, ID="b")]
    s3.put_bucket_lifecycle_configuration(Bucket="orders", LifecycleConfiguration={"Rules": rules})
    stored, days = of(s3, "orders", "lifecycle_rules", "aborts_multipart_days")
    assert [one["ID"] for one in json.loads(stored)] == ["a", "b"]
    assert days == 5


def test_unfinished_uploads_are_counted_and_sized(s3):
    upload(s3, "orders", "a", 100, 20)
    upload(s3, "orders", "b", 3)
    assert of(s3, "orders", *UPLOADS) == (2, 123)
    assert of(s3, "photos", *UPLOADS) == (0, 0)
    assert of(s3, "orders", "oldest_multipart_at")[0] is not None


def test_too_many_uploads_have_no_size_rather_than_a_part_of_it(s3):
    for number in range(SIZED_UPLOADS + 1):
        upload(s3, "orders", f"{number}", 1)
    assert of(s3, "orders", *UPLOADS) == (SIZED_UPLOADS + 1, None)


def test_a_bucket_of_another_region_is_left_to_that_region(aws, s3):
    aws("s3", "us-east-1").create_bucket(Bucket="elsewhere")
    assert sorted(s3_buckets(s3)["resource_id"]) == ["orders", "photos"]
    assert s3_buckets(aws("s3", "us-east-1"))["resource_id"].to_list() == ["elsewhere"]


@pytest.mark.parametrize(
    ("operation", "unknown"),
    [
        ("GetBucketLifecycleConfiguration", {"lifecycle_rules", "aborts_multipart_days"}),
        ("ListMultipartUploads", {"multipart_upload_count", "oldest_multipart_at", "multipart_bytes"}),
        ("ListParts", {"multipart_bytes"}),
    ],
)
def test_a_bucket_that_refuses_us_is_unknown_there_and_the_others_are_not(
    operation, unknown, s3, answers, caplog
):
    for bucket in ("orders", "photos"):
        upload(s3, bucket, "a", 5)
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule(ID="r")]})
    answers(s3, f"s3.{operation}", "AccessDenied", only_for="orders")
    frame = (
        s3_buckets(s3)
        .sort("resource_id")
        .select("lifecycle_rules", "aborts_multipart_days", *UPLOADS, "oldest_multipart_at")
    )
    refused, open_ = frame.rows(named=True)
    assert {column for column, value in refused.items() if value is None} == unknown
    assert None not in open_.values()
    assert f"s3 orders: {operation} refused (AccessDenied): unknown" in caplog.text


def test_a_throttled_bucket_is_an_error_not_unknown(s3, answers):
    answers(s3, "s3.GetBucketLifecycleConfiguration", "SlowDown")
    with pytest.raises(ClientError, match="SlowDown"):
        s3_buckets(s3)


def test_a_bucket_deleted_since_it_was_listed_gives_no_row(s3, answers):
    answers(s3, "s3.GetBucketLifecycleConfiguration", "NoSuchBucket", only_for="orders")
    assert s3_buckets(s3)["resource_id"].to_list() == ["photos"]


def test_an_upload_finished_since_it_was_listed_has_no_bytes(s3, answers):
    upload(s3, "orders", "a", 100)
    upload(s3, "orders", "b", 3)
    answers(s3, "s3.ListParts", "NoSuchUpload", only_for="orders/a")
    assert of(s3, "orders", *UPLOADS) == (2, 3)
