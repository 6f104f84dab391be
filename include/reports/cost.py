"""The report of one cost sweep: a page that opens offline, and CSV, Parquet and JSON beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from include.reports.run import RunReport


@dataclass(frozen=True, kw_only=True)
class CostReport(RunReport):
    """Everything one report says."""

    findings: pl.DataFrame
    """FINDINGS columns; only FAIL, EXEMPT and UNKNOWN rows."""
    counts: pl.DataFrame
    """check_id, status, n: every verdict, PASS too."""


class CostReportFiles(NamedTuple):
    """Where the report was written."""

    html: Path
    csv: Path
    parquet: Path
    json: Path


def write(folder: Path, report: CostReport) -> CostReportFiles:
    """Write the report below `folder` (the reports' root); a second call replaces the first."""
    from include.reports.export import as_json, findings_csv, findings_parquet
    from include.reports.html import render
    from include.reports.summary import summary

    content = {
        "report.html": render(report).encode(),
        "findings.csv": findings_csv(report),
        "findings.parquet": findings_parquet(report),
        "report.json": as_json(summary(report)),
    }
    return CostReportFiles(*report.write(folder, content))
