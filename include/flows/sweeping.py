"""What the tasks of every sweep do, whatever its domain: findings kept, changes planned, the end judged."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from include.flows.logs import line, table

if TYPE_CHECKING:
    import polars as pl

    from include.lake import Lake, SnapshotInfo


def snapshot_with(lake: "Lake", snapshot_id: str | None, targets: list[str] | None) -> "SnapshotInfo":
    """One snapshot (None: the newest). WatchkeeperError: there is none such, or a target it does not have."""
    from include.core.errors import WatchkeeperError

    snapshot = lake.snapshot(snapshot_id)
    if unknown := sorted(set(targets or ()) - set(snapshot.targets)):
        raise WatchkeeperError(
            f"Param targets: {line(', '.join(unknown), 200)} not in snapshot {snapshot.snapshot_id}; it has: "
            f"{', '.join(snapshot.targets)}"
        )
    return snapshot


def keep(
    lake: "Lake", snapshot: "SnapshotInfo", domain: str, findings: "pl.DataFrame", counts: "pl.DataFrame"
) -> "tuple[pl.DataFrame, pl.DataFrame]":
    """Land one domain's findings (FINDINGS) and their counts (FINDING_COUNTS, the domain may be missing), as
    policy's exemptions leave them; both as landed. PolicyError: the policy is broken, nothing is landed."""
    from functools import partial

    import polars as pl

    from include.change.exemptions import exempt, recount
    from include.policies.change import change_policy

    entities = partial(lake.read, snapshot_id=snapshot.snapshot_id)
    kept, exemptions = exempt(findings, entities, *change_policy(), datetime.now(UTC))
    named = recount(counts, kept).with_columns(domain=pl.lit(domain))
    said = exemptions.with_columns(domain=pl.lit(domain))
    for dataset, frame in {"findings": kept, "finding_counts": named, "exemptions": said}.items():
        _land(lake, snapshot, domain, dataset, frame)
    shown = ("covers", "owner", "ticket", "expires", "findings", pl.col("not_counted").fill_null(""))
    header = ("covers", "owner", "ticket", "last day", "findings", "does not count because")
    table("exemptions", header, exemptions.select(shown).rows())
    return kept, named


def plan(
    domain: str,
    snapshot_id: str,
    *,
    dry_run: bool,
    requester: str | None,
    dag_id: str,
    run_id: str,
    targets: list[str] | None = None,
    checks: list[str] | None = None,
) -> list[str]:
    """Plan the changes that the domain's kept findings ask for (of these targets and checks alone, when
    given); the digests of the stored plans, one per level of autonomy. A dry run plans none."""
    from functools import partial

    import polars as pl

    from include.change.planning import plan_changes
    from include.core.findings import LEFT_OUT
    from include.flows.sessions import Clients
    from include.lake import Lake
    from include.ledger import Ledger

    lake = Lake.from_env()
    snapshot = lake.snapshot(snapshot_id)
    kept = lake.read("findings", snapshot_id).filter(domain=domain)
    findings = kept.filter(asked_for(targets, checks)).collect()
    planned = plan_changes(
        Ledger.from_env(),
        findings.clear() if dry_run else findings,
        partial(lake.read, snapshot_id=snapshot_id),
        domain=domain,
        snapshot_id=snapshot_id,
        as_of=snapshot.as_of,
        clients=Clients("read"),
        requester=requester,
        dag_id=dag_id,
        run_id=run_id,
        now=datetime.now(UTC),
        beside=_beside(lake, domain, snapshot.as_of),
    )
    rows = [
        [*(one.finding.get(column) for column in LEFT_OUT if column != "why"), one.why]
        for one in planned.left_out
    ]
    left_out = pl.DataFrame(rows, schema=LEFT_OUT, orient="row")
    _land(lake, snapshot, domain, "left_out", left_out)
    for made in planned.plans:
        table(
            f"plan {made.digest[:12]} ({made.level}), {made.saving_usd_month:,.2f} USD/month saved",
            ("change", "action", "resource", "USD/month", "risk"),
            [(c.change_id, c.action, c.resource_id, c.saving_usd_month, c.risk) for c in made.changes],
        )
    table("left out", ("check", "resource", "why"), left_out.select("check_id", "resource_id", "why").rows())
    return [made.digest for made in planned.plans]


def asked_for(targets: list[str] | None, checks: list[str] | None, *, column: str = "check_id") -> "pl.Expr":
    """The rows of these targets (none given: of all) and checks (None: all), which `column` names."""
    import polars as pl

    target = pl.concat_str("account_id", "region", separator="/")
    return (target.is_in(targets) if targets else pl.lit(value=True)) & (
        pl.col(column).is_in(checks) if checks is not None else pl.lit(value=True)
    )


def _beside(lake: "Lake", domain: str, as_of: datetime) -> "pl.DataFrame":
    """What every other domain found when it last looked, within a week of `as_of`, as FINDINGS."""
    from datetime import timedelta

    import polars as pl

    from include.core.findings import FINDINGS

    week = timedelta(days=7)
    fresh = pl.col("as_of").is_between(as_of - week, as_of + week) & (pl.col("domain") != domain)
    looked = lake.every("finding_counts").filter(fresh)
    newest = looked.group_by("domain").agg(pl.col("snapshot_id").sort_by("as_of").last())
    found = lake.every("findings").filter(fresh).join(newest, on=["domain", "snapshot_id"], how="semi")
    return found.select(FINDINGS.names()).collect()


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


def _land(lake: "Lake", snapshot: "SnapshotInfo", domain: str, dataset: str, frame: "pl.DataFrame") -> None:
    lake.land(
        dataset,
        frame,
        snapshot_id=snapshot.snapshot_id,
        as_of=snapshot.as_of,
        part={"domain": [domain]},
    )
