"""What could not be read, and why: the reason behind every UNKNOWN."""

import polars as pl

GAPS = pl.Schema({
    "account_id": pl.String,
    "region": pl.String,
    "dataset": pl.String,
    "api": pl.String,  # `ec2:DescribeVolumes`
    "code": pl.String,  # AWS error code, or `ExpectationFailed` when the data was refused
    "reason": pl.String,
})
