"""S3 buckets."""

from datetime import datetime

from great_expectations.expectations.expectation import Expectation

from include.quality.expect import between, entity, json, past


def expectations(as_of: datetime) -> list[Expectation]:
    return [
        *entity("s3_buckets"),
        json("lifecycle_rules"),
        between("aborts_multipart_days", 1),
        between("multipart_upload_count", 0),
        between("multipart_bytes", 0),
        past("oldest_multipart_at", as_of),
        past("created_at", as_of),
    ]
