"""S3 buckets of the client's region. `resource_id` is the bucket's name."""

import polars as pl

from include.core.datasets import COMMON, UTC_TIME

SCHEMA = pl.Schema({
    **COMMON,
    "created_at": UTC_TIME,
    "lifecycle_rules": pl.String,  # JSON array as AWS returns it; `[]`: none; null: not readable
    "aborts_multipart_days": pl.Int64,  # shortest enabled, bucket-wide; null: none, or rules not readable
    "multipart_upload_count": pl.Int64,  # null: not readable
    "oldest_multipart_at": UTC_TIME,
    "multipart_bytes": pl.Int64,  # sum of the parts; null: not sized
})
