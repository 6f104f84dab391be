"""Findings for machines and spreadsheets, in FOCUS 1.0 column names (`x_`: custom columns, as FOCUS asks)."""

import io
import json
from typing import Any

import polars as pl

from include.reports.cost import CostReport
from include.reports.outcomes import Outcomes
from include.reports.run import RunReport
from include.reports.services import service

_COLUMNS = {  # FINDINGS column -> file column
    "account_id": "SubAccountId",
    "region": "RegionId",
    "resource_type": "ResourceType",
    "resource_id": "ResourceId",
    "name": "ResourceName",
    "environment": "x_Environment",
    "check_id": "x_CheckId",
    "status": "x_Status",
    "severity": "x_Severity",
    "reason": "x_Reason",
    "saving_usd_month": "x_SavingUsdMonth",
    "price_source": "x_PriceSource",
    "price_date": "x_PriceDate",
    "window_days": "x_WindowDays",
    "sample_count": "x_SampleCount",
    "coverage": "x_Coverage",
    "action": "x_Action",
    "params": "x_Params",
    "evidence": "x_Evidence",
}
_ORDER = {"FAIL": 0, "UNKNOWN": 1, "EXEMPT": 2}
_FORMULA = r"^[\s\p{C}]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|^[\t\r\n]"
"""What a spreadsheet may run: https://owasp.org/www-community/attacks/CSV_Injection, full-width forms."""


def findings_frame(report: CostReport) -> pl.DataFrame:
    """Every finding with its outcome, dearest first; the order is total, so files are repeatable."""
    outcomes = Outcomes(report)
    rows = ordered(report.findings)
    became = [outcomes.of(row) for row in rows.iter_rows(named=True)]
    names = {kind: service(kind).focus for kind in rows["resource_type"].unique().drop_nulls()}
    return rows.select(
        pl.lit(report.snapshot_id).alias("x_SnapshotId"),
        pl
        .col("account_id")
        .replace_strict(report.accounts, default=None, return_dtype=pl.String)
        .alias("SubAccountName"),
        pl
        .col("resource_type")
        .replace_strict(names, default=None, return_dtype=pl.String)
        .alias("ServiceName"),
        pl.lit("USD").alias("BillingCurrency"),
        *(pl.col(ours).alias(theirs) for ours, theirs in _COLUMNS.items()),
        pl.Series("x_Outcome", [one.state or None for one in became], pl.String),
        pl.Series("x_OutcomeReason", [one.why or None for one in became], pl.String),
        pl.Series("x_PlanDigest", [one.plan_digest or None for one in became], pl.String),
        pl.Series("x_ChangeId", [one.change_id or None for one in became], pl.String),
    )


def ordered(findings: pl.DataFrame) -> pl.DataFrame:
    """FAIL, then UNKNOWN, then EXEMPT; dearest first, unknown savings after known ones."""
    names = ["saving_usd_month", "check_id", "account_id", "region", "resource_type", "resource_id"]
    return findings.sort(
        pl.col("status").replace_strict(_ORDER, default=len(_ORDER), return_dtype=pl.Int64),
        *names,
        descending=[False, *(name == "saving_usd_month" for name in names)],
        nulls_last=True,
    )


def findings_csv(report: CostReport) -> bytes:
    return as_csv(findings_frame(report))


def findings_parquet(report: CostReport) -> bytes:
    return as_parquet(findings_frame(report), report)


def as_csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with BOM, as spreadsheets expect. Text that would run as a formula gets a leading `'`."""
    harmless = frame.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${0}"))
    return harmless.write_csv(include_bom=True).encode()


def as_parquet(frame: pl.DataFrame, report: RunReport) -> bytes:
    """Typed columns, text as it is; what the file is about in its metadata."""
    about = {"snapshot_id": report.snapshot_id, "as_of": report.as_of.isoformat(), "run_id": report.run_id}
    buffer = io.BytesIO()
    frame.write_parquet(buffer, metadata={"watchkeeper": json.dumps(about)})
    return buffer.getvalue()


def as_json(content: dict[str, Any]) -> bytes:
    """Readable, and the same bytes for the same content."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode()
