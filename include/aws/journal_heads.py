"""Heads of the journal in an S3 bucket with Object Lock: put there once, and read back with every version.

The head is in the object's name, so listing versions reads them all; a version under retention is listed
even when somebody has put a delete marker or another version on top.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from botocore.exceptions import ClientError

from include.aws.errors import DENIED, code
from include.core.errors import HeadsUnreachable
from include.core.heads import Head

PERMISSIONS = ("s3:ListBucketVersions", "s3:PutObject", "s3:PutObjectRetention")
"""Of the role `watchkeeper-journal`, for the one bucket. It may read no content and delete nothing."""

_KEY = re.compile(r"(\d{12,19})-([0-9a-f]{64})\.json")
_CAUSES = {
    "NoSuchBucket": "there is no such bucket",
    "InvalidRequest": "it has no Object Lock, which can only be switched on by its owner",
    "ObjectLockConfigurationNotFoundError": "it has no Object Lock",
    "PermanentRedirect": "it is in another region",
}


def publish(
    s3: Any,
    bucket: str,
    prefix: str,
    head: Head,
    *,
    mode: Literal["GOVERNANCE", "COMPLIANCE"],
    retention_days: int,
    now: datetime,
) -> str:
    """Put a head under retention from `now` on; its address. HeadsUnreachable: it is not there, and why."""
    key = f"{prefix}/{head.seq:012d}-{head.hash}.json"
    content = {"seq": head.seq, "hash": head.hash, "from": head.where, "at": now.astimezone(UTC).isoformat()}
    with _told(f"the journal's head {head.seq} is not published", bucket):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=json.dumps(content, sort_keys=True).encode(),
            ContentType="application/json",
            ChecksumAlgorithm="SHA256",  # S3 asks for a checksum wherever retention is set
            ObjectLockMode=mode,
            ObjectLockRetainUntilDate=now + timedelta(days=retention_days),
        )
    return f"s3://{bucket}/{key}"


def published(s3: Any, bucket: str, prefix: str) -> list[Head]:
    """Every head that was ever put there and not deleted after its retention. HeadsUnreachable: not read."""
    found = []
    with _told("published heads cannot be read", bucket):
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{prefix}/")
        for page in pages:
            for one in page.get("Versions", ()):
                if name := _KEY.fullmatch(one["Key"].removeprefix(f"{prefix}/")):
                    found.append(Head(int(name[1]), name[2], f"s3://{bucket}/{one['Key']}"))
    return sorted(set(found))


@contextmanager
def _told(what: str, bucket: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        found = code(error)
        if found not in _CAUSES and found not in DENIED:
            raise
        why = _CAUSES.get(found, "the role of journal.yaml is denied; compare with watchkeeper-journal.json")
        raise HeadsUnreachable(
            f"{what}: bucket {bucket}: {why} ({found}). See docs/connect-aws.md, section 5"
        ) from error
