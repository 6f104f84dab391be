"""What the tasks of `cost_sweep` do: judge the snapshot, plan the changes, write the report."""

from datetime import UTC, datetime
from typing import TypedDict

from include.flows.logs import line, table


class Judged(TypedDict):
    """What crosses task boundaries; the findings themselves are in the lake."""

    snapshot_id: str
    fail: int
    unknown: int
    saving_usd_month: float
    """Overlapping findings on one resource counted once."""
    unpriced: int


def judge(snapshot_id: str | None, targets: list[str] | None) -> Judged:
    """Judge one snapshot (None: the newest) and land the findings beside it.

    WatchkeeperError: no such snapshot, or a target that it does not have.
    """
    from include.core.errors import WatchkeeperError
    from include.core.findings import best_per_resource
    from include.flows.assessing import judge_snapshot
    from include.lake import Lake

    lake = Lake.from_env()
    snapshot = lake.snapshot(snapshot_id)
    if unknown := sorted(set(targets or ()) - set(snapshot.targets)):
        raise WatchkeeperError(
            f"Param targets: {line(', '.join(unknown), 200)} not in snapshot {snapshot.snapshot_id}; it has: "
            f"{', '.join(snapshot.targets)}"
        )
    sweep = judge_snapshot(lake, snapshot.snapshot_id, targets)
    for dataset, frame in {"findings": sweep.findings, "finding_counts": sweep.counts}.items():
        lake.land(dataset, frame, snapshot_id=snapshot.snapshot_id, as_of=snapshot.as_of)
    best = best_per_resource(sweep.findings)
    table("checks", ("check", "status", "resources"), sweep.counts.rows())
    table(
        "findings, dearest first",
        ("check", "resource", "USD/month", "why"),
        best.select("check_id", "resource_id", "saving_usd_month", "reason").rows(),
    )
    return Judged(
        snapshot_id=snapshot.snapshot_id,
        fail=sweep.findings.filter(status="FAIL").height,
        unknown=sweep.findings.filter(status="UNKNOWN").height,
        saving_usd_month=round(float(best["saving_usd_month"].sum()), 2),
        unpriced=best["saving_usd_month"].null_count(),
    )


def plan(judged: Judged, *, dry_run: bool, requester: str | None, dag_id: str, run_id: str) -> list[str]:
    """Plan the changes the findings ask for; the digests of the stored plans, one per level of autonomy."""
    from functools import partial

    import polars as pl

    from include.change.planning import plan_changes
    from include.core.findings import LEFT_OUT
    from include.flows.sessions import Clients
    from include.lake import Lake
    from include.ledger import Ledger

    lake = Lake.from_env()
    snapshot = lake.snapshot(judged["snapshot_id"])
    findings = lake.read("findings", snapshot.snapshot_id).collect()
    planned = plan_changes(
        Ledger.from_env(),
        findings.clear() if dry_run else findings,
        partial(lake.read, snapshot_id=snapshot.snapshot_id),
        domain="cost",
        snapshot_id=snapshot.snapshot_id,
        as_of=snapshot.as_of,
        clients=Clients("read"),
        requester=requester,
        dag_id=dag_id,
        run_id=run_id,
        now=datetime.now(UTC),
    )
    named = ["check_id", "account_id", "region", "resource_id"]
    rows = [[*(one.finding[column] for column in named), one.why] for one in planned.left_out]
    left_out = pl.DataFrame(rows, schema=LEFT_OUT, orient="row")
    lake.land("left_out", left_out, snapshot_id=snapshot.snapshot_id, as_of=snapshot.as_of)
    for made in planned.plans:
        table(
            f"plan {made.digest[:12]} ({made.level}), {made.saving_usd_month:,.2f} USD/month",
            ("change", "action", "resource", "USD/month", "risk"),
            [(c.change_id, c.action, c.resource_id, c.saving_usd_month, c.risk) for c in made.changes],
        )
    table("left out", ("check", "resource", "why"), left_out.select("check_id", "resource_id", "why").rows())
    return [made.digest for made in planned.plans]


def report(judged: Judged, dag_id: str, run_id: str) -> str:
    """Write the report as things stand now; the path of its page. A second call replaces the first."""
    from include.flows.reporting import cost_report
    from include.reports import folders
    from include.reports.cost import write

    return str(write(folders.root(), cost_report(judged["snapshot_id"], dag_id, run_id)).html)


def fail_if_unsettled(dag_id: str, run_id: str) -> None:
    """WatchkeeperError when a change of this run failed, was rolled back, or has no known outcome."""
    from include.core.errors import WatchkeeperError
    from include.ledger import Ledger, views

    bad = [
        f"{execution.change_id}: {execution.state} ({execution.reason})"
        for view in views.plans_of_run(Ledger.from_env(), dag_id, run_id)
        for execution in view.executions
        if execution.state in {"failed", "unknown", "claimed", "rolled_back"}
    ]
    if bad:
        raise WatchkeeperError("not every change came to a good end; see the report: " + "; ".join(bad))
