"""The report of one capacity forecast: a page that opens offline, and CSV, Parquet and JSON beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import polars as pl

from include.core.findings import FINDINGS
from include.core.forecasts import FORECASTS
from include.reports.run import RunReport


@dataclass(frozen=True, kw_only=True)
class CapacityReport(RunReport):
    """Everything one report says. Frames that are read for the charted series only are lazy."""

    outlooks: pl.DataFrame
    """OUTLOOKS columns: every series, once per scenario."""
    models: pl.DataFrame
    """FORECAST_MODELS columns."""
    scores: pl.DataFrame
    """FORECAST_SCORES columns: the track record of earlier forecasts."""
    forecasts: pl.LazyFrame
    """FORECASTS columns; the grain `day` is drawn."""
    peaks: pl.LazyFrame
    """DAILY_PEAKS columns."""
    what_if: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(schema=FORECASTS))
    """FORECASTS of the grain day, as the what-if has them."""
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS))
    """FINDINGS columns, without those that say what an outlook says: FAIL, a model has drifted; UNKNOWN, what
    could not be read at all."""
    time_zone: str = "UTC"
    """Of capacity.yaml: whose days the page's dates are; the files beside it are in UTC."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """What the what-if scenario asks, in words; empty: there is none."""

    @property
    def drifted(self) -> pl.DataFrame:
        return self.findings.filter(status="FAIL").sort("resource_id", "check_id", "reason")

    @property
    def unread(self) -> pl.DataFrame:
        return self.findings.filter(status="UNKNOWN")


class CapacityReportFiles(NamedTuple):
    """Where the report was written."""

    html: Path
    csv: Path
    parquet: Path
    json: Path


def write(folder: Path, report: CapacityReport) -> CapacityReportFiles:
    """Write the report below `folder` (the reports' root); a second call replaces the first."""
    from include.reports.capacity_html import render
    from include.reports.capacity_summary import summary
    from include.reports.export import as_csv, as_json, as_parquet
    from include.reports.outlooks import outlooks_frame

    frame = outlooks_frame(report)
    content = {
        "report.html": render(report).encode(),
        "outlooks.csv": as_csv(frame),
        "outlooks.parquet": as_parquet(frame, report),
        "report.json": as_json(summary(report)),
    }
    return CapacityReportFiles(*report.write(folder, content))
