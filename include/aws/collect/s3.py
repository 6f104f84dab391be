"""S3 buckets of one region: lifecycle rules and unfinished multipart uploads."""

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc
from include.aws.collect._tagging import TAGGING, tags_of
from include.aws.errors import DENIED, code

log = logging.getLogger("watchkeeper")

SIZED_UPLOADS = 50
"""Uploads per bucket whose parts are added up; a bucket with more has no size rather than a part of it."""


@collector(
    "s3_buckets",
    client="s3",
    also=TAGGING,
    permissions=(
        "s3:ListAllMyBuckets",
        "s3:GetLifecycleConfiguration",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "tag:GetResources",
    ),
    arn="arn:{partition}:s3:::{resource_id}",
)
def s3_buckets(s3: Any, ids: Sequence[str] | None = None, *, tagging: Any | None = None) -> Iterator[Row]:
    """Every bucket in the client's region.

    A bucket's own policy may refuse us: then `lifecycle_rules`, or the multipart columns, are null, which
    means unknown; a bucket without rules has `[]`, and one without uploads has 0.
    """
    buckets = [bucket for bucket in _in_region(s3) if wanted(bucket["Name"], ids)]
    tags = tags_of(tagging if buckets else None, "s3")
    for bucket in buckets:
        name = bucket["Name"]
        try:
            own = _lifecycle(s3, name) | _uploads(s3, name)
        except ClientError as error:
            if code(error) != "NoSuchBucket":
                raise
            continue  # deleted since it was listed
        row = common(s3, name, tags(f"arn:{s3.meta.partition}:s3:::{name}"), name=name)
        yield row | {"created_at": utc(bucket.get("CreationDate"))} | own


def _in_region(s3: Any) -> Iterator[dict[str, Any]]:
    """Without `bucket-region`, ListBuckets lists every region (S3 API reference, ListBuckets)."""
    region = s3.meta.region_name
    pages = items(s3, "list_buckets", "Buckets", BucketRegion=region, PaginationConfig={"PageSize": 1000})
    return (bucket for bucket in pages if bucket.get("BucketRegion", region) == region)


def _lifecycle(s3: Any, bucket: str) -> Row:
    try:
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket).get("Rules", [])
    except ClientError as error:
        if code(error) in DENIED:
            return _unknown(bucket, error)
        if code(error) != "NoSuchLifecycleConfiguration":
            raise
        rules = []
    return {
        "lifecycle_rules": json.dumps(rules, default=datetime.isoformat),
        "aborts_multipart_days": aborts_multipart_days(rules),
    }


def aborts_multipart_days(rules: Sequence[dict[str, Any]]) -> int | None:
    """After how many days a rule that is enabled for the whole bucket aborts an unfinished upload."""
    days = [
        rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        for rule in rules
        if rule["Status"] == "Enabled" and "AbortIncompleteMultipartUpload" in rule and _bucket_wide(rule)
    ]
    return min(days, default=None)


def _bucket_wide(rule: dict[str, Any]) -> bool:
    """No filter, or an empty prefix: in `Filter`, or beside it as the older form has it."""
    return not rule.get("Prefix") and not any((rule.get("Filter") or {}).values())


def _uploads(s3: Any, bucket: str) -> Row:
    try:
        uploads = list(items(s3, "list_multipart_uploads", "Uploads", Bucket=bucket))
    except ClientError as error:
        if code(error) in DENIED:
            return _unknown(bucket, error)
        raise
    started = [utc(upload["Initiated"]) for upload in uploads]
    return {
        "multipart_upload_count": len(uploads),
        "oldest_multipart_at": min((at for at in started if at), default=None),
        "multipart_bytes": _bytes(s3, bucket, uploads),
    }


def _bytes(s3: Any, bucket: str, uploads: Sequence[dict[str, Any]]) -> int | None:
    if len(uploads) > SIZED_UPLOADS:
        return None
    try:
        return sum(_upload_bytes(s3, bucket, upload) for upload in uploads)
    except ClientError as error:
        if code(error) in DENIED:
            return _unknown(bucket, error).get("multipart_bytes")
        raise


def _upload_bytes(s3: Any, bucket: str, upload: dict[str, Any]) -> int:
    named = {"Bucket": bucket, "Key": upload["Key"], "UploadId": upload["UploadId"]}
    try:
        return sum(part["Size"] for part in items(s3, "list_parts", "Parts", **named))
    except ClientError as error:
        if code(error) != "NoSuchUpload":
            raise
        return 0  # finished or aborted since it was listed


def _unknown(bucket: str, error: ClientError) -> Row:
    """No columns, which reads as null; said in the log."""
    log.warning("s3 %s: %s refused (%s): unknown", bucket, error.operation_name, code(error))
    return {}
