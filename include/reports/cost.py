"""The report of one cost sweep: a page that opens offline, and CSV, Parquet and JSON beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import polars as pl

from include.reports import folders


class PlanSummary(NamedTuple):
    """One plan as it stands when the report is written."""

    digest: str
    level: str
    state: str
    changes: int
    saving_usd_month: Decimal | float | None
    """Sum of the known savings; None: not one of them is known."""
    unpriced: int = 0
    decided_by: tuple[str, ...] = ()
    """Who approved or rejected it."""
    parent_digest: str | None = None
    origin: str = "planned"
    """planned, cut (approved in part), rollback, auto_rollback."""


class ChangeOutcome(NamedTuple):
    """What became of one planned change; `state` is the ledger's execution state."""

    plan_digest: str
    change_id: str
    action: str
    check_id: str
    account_id: str
    region: str
    resource_id: str
    state: str
    reason: str | None = None
    saving_usd_month: Decimal | float | None = None


class LeftOut(NamedTuple):
    """A finding that became no change, and why."""

    check_id: str
    account_id: str
    region: str
    resource_id: str
    why: str


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """Everything one report says. The same content gives the same bytes: no clock is read."""

    dag_id: str
    run_id: str | None
    snapshot_id: str
    as_of: datetime
    """When the estate was read (UTC)."""
    targets: Mapping[str, str]
    """Target id (`111111111111/eu-west-1`) to account name."""
    findings: pl.DataFrame
    """FINDINGS columns; only FAIL and UNKNOWN rows."""
    counts: pl.DataFrame
    """check_id, status, n: every verdict, PASS too."""
    gaps: pl.DataFrame
    """GAPS columns."""
    resources: int | None = None
    """Resources read; None: not counted."""
    plans: tuple[PlanSummary, ...] = ()
    changes: tuple[ChangeOutcome, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    journal_seq: int | None = None
    journal_head: str | None = None
    """Hash of the journal's last entry when the report was written."""
    policy: Mapping[str, str] = field(default_factory=dict)
    """Policy file to its version (content hash)."""


class CostReportFiles(NamedTuple):
    """Where the report was written."""

    html: Path
    csv: Path
    parquet: Path
    json: Path


def write(folder: Path, report: CostReport) -> CostReportFiles:
    """Write the report below `folder` (the reports' root); a second call replaces the first.

    `report.json` is written last: a folder without it is not a report yet, and is not listed.
    """
    from include.reports.export import findings_csv, findings_parquet
    from include.reports.html import render
    from include.reports.summary import summary

    place = folders.place(folder, report.dag_id, report.snapshot_id)
    place.mkdir(parents=True, exist_ok=True)
    files = CostReportFiles(*(place / name for name in folders.FILES))
    content = {
        files.html: render(report).encode(),
        files.csv: findings_csv(report),
        files.parquet: findings_parquet(report),
        files.json: json.dumps(summary(report), indent=1, sort_keys=True, ensure_ascii=False).encode(),
    }
    for path, data in content.items():
        folders.replace(path, data)
    return files
