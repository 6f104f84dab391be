"""Actions on S3 buckets."""
