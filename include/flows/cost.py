"""What the tasks of `cost_sweep` do beside what all sweeps do: judge the snapshot, write the report."""

from typing import TypedDict

from include.flows.logs import table


class Judged(TypedDict):
    """What crosses task boundaries; the findings themselves are in the lake."""

    snapshot_id: str
    fail: int
    unknown: int
    exempt: int
    targets: list[str] | None
    """What the plan is narrowed to; None: nothing."""
    saving_usd_month: float
    """Overlapping findings on one resource counted once."""
    unpriced: int


def judge(snapshot_id: str | None, targets: list[str] | None) -> Judged:
    """Judge one snapshot (None: the newest) and land the findings beside it: all of them, so that what an
    earlier run found of other targets is not lost. `targets` narrow what is planned.

    WatchkeeperError: no such snapshot, or a target that it does not have.
    """
    from include.core.findings import best_per_resource
    from include.flows.assessing import judge_snapshot
    from include.flows.sweeping import keep, snapshot_with
    from include.lake import Lake

    lake = Lake.from_env()
    snapshot = snapshot_with(lake, snapshot_id, targets)
    sweep = judge_snapshot(lake, snapshot.snapshot_id)
    findings, counts = keep(lake, snapshot, "cost", sweep.findings, sweep.counts)
    best = best_per_resource(findings)
    table("checks", ("check", "status", "resources"), counts.select("check_id", "status", "n").rows())
    table(
        "findings, dearest first",
        ("check", "resource", "USD/month", "why"),
        best.select("check_id", "resource_id", "saving_usd_month", "reason").rows(),
    )
    return Judged(
        snapshot_id=snapshot.snapshot_id,
        fail=findings.filter(status="FAIL").height,
        unknown=findings.filter(status="UNKNOWN").height,
        exempt=findings.filter(status="EXEMPT").height,
        targets=targets or None,
        saving_usd_month=round(float(best["saving_usd_month"].sum()), 2),
        unpriced=best["saving_usd_month"].null_count(),
    )


def report(judged: Judged, dag_id: str, run_id: str) -> str:
    """Write the report as things stand now; the path of its page. A second call replaces the first.

    The journal's head is in it, and is then published to the bucket of `journal.yaml` as well.
    """
    from include.core.heads import GENESIS, Head
    from include.flows import journaling
    from include.flows.reporting import cost_report
    from include.reports import folders
    from include.reports.cost import write

    found = cost_report(judged["snapshot_id"], dag_id, run_id)
    page = write(folders.root(), found).html
    where = f"report {dag_id}/{found.snapshot_id}"
    journaling.publish(Head(found.journal_seq or 0, found.journal_head or GENESIS, where))
    return str(page)
