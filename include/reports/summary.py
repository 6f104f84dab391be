"""The report's figures as JSON: what the overview and the list of reports show, and other programs read."""

from typing import Any

import polars as pl

from include.reports import figures
from include.reports.cost import CostReport
from include.reports.run import RunReport

FORMAT = 1


def summary(report: CostReport) -> dict[str, Any]:
    """Plain JSON values only; money is USD per month, null where unknown."""
    rows = figures.weighed(report.findings)
    counts = report.counts.group_by("status").agg(pl.col("n").sum()).sort("status")
    return about(report) | {
        "kind": "cost",
        "verdicts": {row["status"]: row["n"] for row in counts.iter_rows(named=True)},
        "saving": figures.total(rows)._asdict(),
        "by_service": [line._asdict() for line in figures.by(rows, "service")],
        "by_account": [line._asdict() for line in figures.by(rows, "account_id")],
        "unknown": report.findings.filter(status="UNKNOWN").height,
        "exempt": report.findings.filter(status="EXEMPT").height,
        "prices": [basis._asdict() for basis in figures.price_bases(report.findings)],
    }


def about(report: RunReport) -> dict[str, Any]:
    """What every report says of its run."""
    return {
        "format": FORMAT,
        "dag_id": report.dag_id,
        "run_id": report.run_id,
        "snapshot_id": report.snapshot_id,
        "as_of": report.as_of.isoformat(),
        "resources": report.resources,
        "targets": [{"id": target, "account_name": name} for target, name in report.targets.items()],
        "gaps": [group._asdict() for group in figures.gap_groups(report.gaps)],
        "plans": [
            plan._asdict() | {"saving_usd_month": _money(plan.saving_usd_month)} for plan in report.plans
        ],
        "left_out": len(report.left_out),
        "exemptions": {
            "in_force": report.exemptions["not_counted"].null_count(),
            "not_counted": report.exemptions["not_counted"].count(),
        },
        "journal": {"seq": report.journal_seq, "head": report.journal_head},
        "policy": dict(report.policy),
    }


def _money(value: Any) -> float | None:
    return None if value is None else float(value)
