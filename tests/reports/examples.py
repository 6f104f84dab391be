"""Reports small enough to check by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from include.core.findings import EXEMPTIONS, FINDINGS
from include.core.gaps import GAPS
from include.reports.cost import CostReport
from include.reports.run import ChangeOutcome, LeftOut, PlanSummary

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
PLAN = "9f2c" * 16


def finding(**fields: Any) -> dict[str, Any]:
    """A priced FAIL on a volume, or as `fields` say."""
    return {
        "check_id": "ebs_unattached",
        "domain": "cost",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ebs_volumes",
        "resource_id": "vol-1",
        "name": "old-data",
        "environment": "production",
        "status": "FAIL",
        "severity": "medium",
        "reason": "Unattached for 41 days.",
        "window_days": None,
        "sample_count": None,
        "coverage": None,
        "saving_usd_month": 10.0,
        "price_source": "AWS price list",
        "price_date": date(2026, 11, 1),
        "evidence": '{"size_gib": 100}',
        "action": "ec2.snapshot_delete_volume",
        "params": "{}",
        **fields,
    }


def unpriced(**fields: Any) -> dict[str, Any]:
    return finding(saving_usd_month=None, price_source=None, price_date=None, **fields)


def unknown(**fields: Any) -> dict[str, Any]:
    reason = "Only 40 of 336 samples: no verdict below 80 % coverage."
    return unpriced(**{"status": "UNKNOWN", "reason": reason, "action": None, **fields})


FOUND = (
    finding(),
    finding(resource_id="vol-2", saving_usd_month=2.5),
    unpriced(resource_id="vol-3"),
    finding(check_id="ec2_idle", resource_type="ec2_instances", resource_id="i-1", saving_usd_month=70.0,
            account_id="222222222222", window_days=14, sample_count=336, coverage=1.0, severity="high"),
    finding(check_id="ec2_oversized", resource_type="ec2_instances", resource_id="i-1", saving_usd_month=35.0,
            account_id="222222222222"),
    finding(check_id="load_balancer_without_targets", resource_type="load_balancers", resource_id="arn:lb",
            saving_usd_month=16.43, action=None),
    unknown(check_id="rds_idle", resource_type="rds_instances", resource_id="*", account_id="222222222222"),
)  # fmt: skip
"""Counted: 10 + 2.50 + 70 + 16.43 = 98.93; one overlapping (35), one of unknown saving, one UNKNOWN."""

DENIED = {
    "account_id": "222222222222",
    "region": "eu-west-1",
    "dataset": "rds_instances",
    "api": "rds:DescribeDBInstances",
    "code": "AccessDenied",
    "reason": "not authorized to perform rds:DescribeDBInstances",
}


def exemptions(**fields: Any) -> pl.DataFrame:
    """One exemption in force that covers one finding, or as `fields` say."""
    usual = {
        "domain": "cost",
        "number": 1,
        "covers": "check ebs_unattached, tag team=research",
        "owner": "research",
        "reason": "raw data of the running study",
        "ticket": "OPS-1234",
        "approver": "ann",
        "expires": date(2027, 3, 31),
        "not_counted": None,
        "findings": 1,
        "policy_version": "c0ffee" * 10,
    }
    return pl.DataFrame([usual | fields], schema=EXEMPTIONS)


def a_report(*findings: dict[str, Any], **fields: Any) -> CostReport:
    """The report of `findings` (default: FOUND), with every part filled."""
    frame = pl.DataFrame(findings or FOUND, schema=FINDINGS)
    change = ChangeOutcome(
        PLAN, "chg-0123456789ab", "ec2.snapshot_delete_volume", "ebs_unattached", "111111111111", "eu-west-1",
        "vol-1", "verified", None, Decimal("10.00"),
    )  # fmt: skip
    return CostReport(**{
        "dag_id": "cost_sweep",
        "run_id": "asset_triggered__1",
        "snapshot_id": "20261122T213000Z-4f1a",
        "as_of": NOW,
        "targets": {
            "111111111111/eu-west-1": "shop-production",
            "222222222222/eu-west-1": "shop-development",
        },
        "findings": frame,
        "counts": frame.group_by("check_id", "status").len("n").sort("check_id", "status"),
        "gaps": pl.DataFrame([DENIED], schema=GAPS),
        "resources": 412,
        "plans": (PlanSummary(PLAN, "sign_off", "applied", 1, Decimal("10.00"), 0, ("ann",)),),
        "changes": (change,),
        "left_out": (
            LeftOut("ebs_unattached", "111111111111", "eu-west-1", "vol-2", "limit: 1 change a run"),
        ),
        "journal_seq": 48,
        "journal_head": "77aa" * 16,
        "policy": {"change.yaml": "c0ffee" * 10},
        **fields,
    })
