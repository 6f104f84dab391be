"""What the demo says at the end: what was found, what waits, where to click, who may log in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from include.ledger import views
from include.reports import folders
from include.stack import proof, tables
from include.stack.airflow_api import Json
from include.stack.stack import Stack


def found(stack: Stack, runs: Mapping[str, str], asked: Mapping[str, Sequence[Json]]) -> str:
    """Findings, money, what runs out when, UNKNOWNs, and what waits for a sign-off. `runs` and `asked`: by
    dag_id, the run and its open questions; the sweep is the first."""
    sweep = next(iter(runs))
    report = summary(stack, sweep, runs[sweep])
    saving, waits = report["saving"], sum(map(len, asked.values()))
    unknown = _unknown(stack, report["snapshot_id"])
    facts: list[tuple[str, object]] = [
        ("resources read", f"{report['resources']} in {len(report['targets'])} targets"),
        ("findings", saving["findings"]),
        ("monthly saving found", tables.usd(saving["saving_usd_month"])),
        ("not judged (UNKNOWN)", ", ".join(f"{n} of {domain}" for domain, n in unknown) or "nothing"),
        ("waits for sign-off", f"{waits} plan(s)" if waits else "nothing"),
    ]
    plans = [row for row in views.plans(stack.ledger) if runs.get(row.dag_id) == row.run_id]
    rows = [
        (
            row.digest[:12],
            row.domain,
            row.level,
            row.change_count,
            tables.usd(float(row.saving_usd_month)),
            row.state,
        )
        for row in plans
    ]
    header = ("plan", "domain", "level", "changes", "saves USD/month", "state")
    links: list[tuple[str, object]] = [
        ("Airflow", stack.url),
        ("Required Actions", f"{stack.url}/required_actions?response_received=false"),
        *((f"plan {row.digest[:12]}", f"{stack.url}/watchkeeper/plans/{row.digest}") for row in plans),
        *((f"report of {dag_id}", _page(stack, dag_id, report["snapshot_id"])) for dag_id in runs),
    ]
    parts = (
        tables.pairs(facts),
        runs_out(stack, report["snapshot_id"]),
        tables.table(header, rows) if rows else "",
        tables.pairs(links),
    )
    return "\n\n".join(part for part in parts if part)


def runs_out(stack: Stack, snapshot_id: str, most: int = 10) -> str:
    """The series that are to run out soonest: when, how sure that is, and what to do."""
    kept = stack.lake.read("outlooks", snapshot_id).filter(scenario="base").collect()
    due = kept.filter((pl.col("status") == "FAIL") | pl.col("days_left").is_not_null())
    ranked = due.sort("days_left", "resource_id", "series_kind", nulls_last=True)
    rows = [
        (
            row["series_kind"],
            row["name"] or row["resource_id"],
            _left(row),
            _day(row["exhausts_p10"]),
            _day(row["exhausts_p90"]),
            row["action"] or ("advice" if row["status"] == "FAIL" else "in time"),
        )
        for row in ranked.head(most).to_dicts()
    ]
    header = ("runs out", "resource", "days left", "from (P10)", "to (P90)", "proposed")
    more = f"\n... and {ranked.height - most} more: see the report" if ranked.height > most else ""
    return tables.table(header, rows) + more if rows else ""


def _left(row: Mapping[str, Any]) -> str:
    """Days until it runs out; what does not within the horizon may be past its threshold all the same."""
    if row["days_left"] is not None:
        return f"{row['days_left']:.0f}"
    return "past its threshold" if (row["headroom"] or 0) < 0 else "beyond the horizon"


def _day(at: datetime | None) -> str:
    return "later" if at is None else f"{at:%Y-%m-%d}"


def _unknown(stack: Stack, snapshot_id: str) -> list[tuple[str, int]]:
    """UNKNOWN findings by domain."""
    kept = stack.lake.read("findings", snapshot_id).filter(status="UNKNOWN").collect()
    return sorted(kept.group_by("domain").len().iter_rows())


def _page(stack: Stack, dag_id: str, snapshot_id: str) -> str:
    return f"{stack.url}/watchkeeper/reports/{dag_id}/{snapshot_id}/report.html"


def next_steps(stack: Stack, *people: str) -> str:
    """Who may log in, and how to end it."""
    logins = tables.pairs(
        (name, f"{stack.passwords[name]}   {'may approve' if name in people else role}")
        for name, role in stack.settings.users.items()
    )
    return (
        f"\nLog in at {stack.url} as\n{logins}\n\n"
        "Answer under Required Actions: approve, approve in part, or reject. Ctrl-C stops everything."
    )


def proved(seen: Sequence[proof.Seen]) -> str:
    """One line per change: what AWS itself shows."""
    rows = [
        (
            one.change.action,
            one.change.account_id,
            one.change.region,
            one.change.resource_id.rsplit("/", 1)[-1],
            one.state,
            _evidence(one),
        )
        for one in seen
    ]
    header = ("action", "account", "region", "resource", "ledger says", "AWS says")
    held = sum(one.holds for one in seen)
    return f"{tables.table(header, rows)}\n\n{held} of {len(seen)} changes are made and seen in AWS\n"


def summary(stack: Stack, dag_id: str, run_id: str) -> dict[str, Any]:
    """The figures of the report that this run wrote."""
    for report in folders.reports(stack.home.reports):
        if (report["dag_id"], report["run_id"]) == (dag_id, run_id):
            return report
    raise LookupError(f"{stack.home.reports}: no report of {dag_id} {run_id}")


def _evidence(one: proof.Seen) -> str:
    if one.holds:
        return "gone" if one.live is None else "as planned"
    if one.live == one.change.before:
        return f"NOT CHANGED. {one.reason}"
    return f"NOT as planned: {one.live}. {one.reason}"
