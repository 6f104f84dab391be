"""What the demo says at the end: what was found, what waits, where to click, who may log in."""

from collections.abc import Sequence
from typing import Any

from include.ledger import views
from include.reports import folders
from include.stack import proof, tables
from include.stack.airflow_api import Json
from include.stack.stack import Stack


def found(stack: Stack, run_id: str, asked: Sequence[Json]) -> str:
    """Resources, findings, money, UNKNOWNs and what waits for a sign-off, from the run's own report."""
    report = summary(stack, run_id)
    saving = report["saving"]
    facts: list[tuple[str, object]] = [
        ("resources read", f"{report['resources']} in {len(report['targets'])} targets"),
        ("findings", saving["findings"]),
        ("monthly saving found", tables.usd(saving["saving_usd_month"])),
        ("not judged (UNKNOWN)", f"{report['unknown']}, the reasons are in the report"),
        ("waits for sign-off", f"{len(asked)} plan(s)" if asked else "nothing"),
    ]
    plans = [row for row in views.plans(stack.ledger) if row.run_id == run_id]
    rows = [
        (row.digest[:12], row.level, row.change_count, tables.usd(float(row.saving_usd_month)), row.state)
        for row in plans
    ]
    listed = tables.table(("plan", "level", "changes", "USD/month", "state"), rows) if rows else ""
    links: list[tuple[str, object]] = [
        ("Airflow", stack.url),
        ("Required Actions", f"{stack.url}/required_actions?response_received=false"),
        *((f"plan {row.digest[:12]}", f"{stack.url}/watchkeeper/plans/{row.digest}") for row in plans),
        ("report", f"{stack.url}/watchkeeper/reports/{report['dag_id']}/{report['snapshot_id']}/report.html"),
    ]
    return "\n\n".join(part for part in (tables.pairs(facts), listed, tables.pairs(links)) if part)


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


def summary(stack: Stack, run_id: str) -> dict[str, Any]:
    """The figures of the report that this run wrote."""
    for report in folders.reports(stack.home.reports):
        if report["run_id"] == run_id:
            return report
    raise LookupError(f"{stack.home.reports}: no report of run {run_id}")


def _evidence(one: proof.Seen) -> str:
    if one.holds:
        return "gone" if one.live is None else "as planned"
    if one.live == one.change.before:
        return f"NOT CHANGED. {one.reason}"
    return f"NOT as planned: {one.live}. {one.reason}"
