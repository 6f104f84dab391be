"""What a rule says of one resource: evidence, severity, status; cost findings carry money."""

from enum import StrEnum

import polars as pl


class Status(StrEnum):
    """Three-valued, plus what frameworks need. Missing data is UNKNOWN, never PASS."""

    PASS = "PASS"  # noqa: S105 - a status, not a secret
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    EXEMPT = "EXEMPT"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    MANUAL = "MANUAL"


FINDINGS = pl.Schema({
    "check_id": pl.String,
    "domain": pl.String,
    "account_id": pl.String,
    "region": pl.String,
    "resource_type": pl.String,  # the dataset that lists the resource
    "resource_id": pl.String,  # "*": all of that type in this target (only with UNKNOWN)
    "name": pl.String,
    "environment": pl.String,
    "status": pl.String,
    "severity": pl.String,  # low, medium, high, critical
    "reason": pl.String,  # one sentence with the numbers in it
    "window_days": pl.Int64,  # null: the check looks at state, not at telemetry
    "sample_count": pl.Int64,
    "coverage": pl.Float64,  # 0..1 of the samples the window should hold
    "saving_usd_month": pl.Float64,  # null: unknown; 0: known to cost nothing; only with FAIL and EXEMPT
    "price_source": pl.String,
    "price_date": pl.Date,
    "evidence": pl.String,  # JSON object
    "action": pl.String,  # id below include/aws/act; null: advice only
    "params": pl.String,  # JSON object for that action
})
"""One row per judged resource and check; the runner keeps FAIL and UNKNOWN and counts PASS. A FAIL that an
exemption covers is EXEMPT, and otherwise stays as it was."""


def best_per_resource(findings: pl.DataFrame) -> pl.DataFrame:
    """The FAIL row with the dearest known saving of each resource: overlapping findings never sum."""
    key = ["account_id", "region", "resource_type", "resource_id"]
    return (
        findings
        .filter(pl.col("status") == Status.FAIL)
        .sort("saving_usd_month", "check_id", descending=[True, False], nulls_last=True)
        .unique(key, keep="first", maintain_order=True)
    )


FINDING_COUNTS = pl.Schema({
    "domain": pl.String,
    "check_id": pl.String,
    "status": pl.String,
    "n": pl.Int64,
})
"""Resources judged per check and status, PASS too."""

LEFT_OUT = pl.Schema({
    "domain": pl.String,
    "check_id": pl.String,
    "account_id": pl.String,
    "region": pl.String,
    "resource_id": pl.String,
    "why": pl.String,
})
"""Findings that asked for a change and did not get one, and why."""

EXEMPTIONS = pl.Schema({
    "domain": pl.String,  # whose findings it was asked about
    "number": pl.Int64,  # its place in change.yaml, from 1
    "covers": pl.String,  # its conditions, in words
    "owner": pl.String,
    "reason": pl.String,
    "ticket": pl.String,
    "approver": pl.String,
    "expires": pl.Date,  # its last day, UTC
    "not_counted": pl.String,  # why it does not count; null: it does
    "findings": pl.Int64,  # that it made EXEMPT; 0 where it does not count
    "policy_version": pl.String,
})
"""Every exemption of the policy, as it stood when a snapshot was judged."""
