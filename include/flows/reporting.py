"""One run's report: its snapshot from the lake, its plans from the ledger."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from include.lake import Lake
    from include.ledger.views import PlanView
    from include.reports.capacity import CapacityReport
    from include.reports.cost import CostReport
    from include.reports.run import PlanSummary

FINDINGS = ("findings", "finding_counts")


def cost_report(snapshot_id: str, dag_id: str, run_id: str) -> "CostReport":
    """Everything the report of one cost sweep says, as things stand now."""
    from include.lake import Lake
    from include.policies.change import change_policy
    from include.reports.cost import CostReport

    lake = Lake.from_env()
    cost = {name: lake.read(name, snapshot_id).filter(domain="cost") for name in FINDINGS}
    return CostReport(
        **_run(lake, "cost", snapshot_id, dag_id, run_id),
        findings=cost["findings"].collect(),
        counts=cost["finding_counts"].drop("domain").collect(),
        policy={"change.yaml": change_policy()[1]},
    )


def capacity_report(
    snapshot_id: str, dag_id: str, run_id: str, asked: Mapping[str, str] | None = None
) -> "CapacityReport":
    """Everything the report of one capacity forecast says, as things stand now.

    `asked`: what its what-if scenario asks, in words, by Param; None: it has none.
    """
    from include.lake import Lake
    from include.policies.capacity import capacity_policy, capacity_version
    from include.policies.change import change_policy
    from include.reports.capacity import CapacityReport
    from include.reports.outlooks import as_judged, beside_outlooks

    lake = Lake.from_env()
    outlooks = lake.read("outlooks", snapshot_id).collect()
    found = lake.read("findings", snapshot_id).filter(domain="capacity").collect()
    return CapacityReport(
        **_run(lake, "capacity", snapshot_id, dag_id, run_id),
        outlooks=as_judged(outlooks, found),
        models=lake.read("forecast_models", snapshot_id).collect(),
        scores=lake.read("forecast_scores", snapshot_id).collect(),
        forecasts=lake.read("forecasts", snapshot_id),
        peaks=lake.read("daily_peaks", snapshot_id),
        what_if=lake.read("what_if_forecasts", snapshot_id),
        findings=beside_outlooks(found, outlooks),
        time_zone=capacity_policy().time_zone,
        asked=asked or {},
        policy={"capacity.yaml": capacity_version(), "change.yaml": change_policy()[1]},
    )


def _run(lake: "Lake", domain: str, snapshot_id: str, dag_id: str, run_id: str) -> dict[str, Any]:
    """What reports have in common (RunReport): the snapshot, its gaps, and what became of the run's plans."""
    from include.ledger import Ledger, views
    from include.policies.targets import targets
    from include.reports.run import ChangeOutcome, LeftOut

    ledger = Ledger.from_env()
    snapshot = lake.snapshot(snapshot_id)
    names = {target.id: target.account_name for target in targets()}
    found = views.plans_of_run(ledger, dag_id, run_id)
    now = views.overview(ledger)
    left_out, exemptions = (
        lake.read(name, snapshot_id).filter(domain=domain).collect() for name in ("left_out", "exemptions")
    )
    return {
        "dag_id": dag_id,
        "run_id": run_id,
        "snapshot_id": snapshot.snapshot_id,
        "as_of": snapshot.as_of,
        "targets": {target: names.get(target, target) for target in snapshot.targets},
        "gaps": lake.read("gaps", snapshot_id).collect(),
        "resources": snapshot.resources,
        "plans": tuple(_summary(view) for view in found),
        "changes": tuple(
            ChangeOutcome(
                plan_digest=view.row.digest,
                change_id=change.change_id,
                action=change.action,
                check_id=change.check_id,
                account_id=change.account_id,
                region=change.region,
                resource_id=change.resource_id,
                state=execution.state,
                reason=execution.reason,
                saving_usd_month=change.saving_usd_month,
            )
            for view in found
            if view.plan is not None
            for change, execution in zip(view.plan.changes, view.executions, strict=True)
        ),
        "exemptions": exemptions,
        "left_out": tuple(LeftOut(**row) for row in left_out.drop("domain").iter_rows(named=True)),
        "journal_seq": now.journal_rows,
        "journal_head": now.journal_head,
    }


def _summary(view: "PlanView") -> "PlanSummary":
    from include.reports.run import PlanSummary

    known = view.row.unpriced < view.row.change_count
    return PlanSummary(
        digest=view.row.digest,
        level=view.level,
        state=view.state,
        changes=view.row.change_count,
        saving_usd_month=view.row.saving_usd_month if known else None,
        unpriced=view.row.unpriced,
        decided_by=tuple(one.user_name for one in view.signoffs if one.user_name),
        parent_digest=view.row.parent_digest,
        origin=view.row.origin,
    )
