"""One run's report: its snapshot from the lake, its plans from the ledger."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.ledger.views import PlanView
    from include.reports.cost import CostReport
    from include.reports.run import PlanSummary

FINDINGS = ("findings", "finding_counts", "left_out", "exemptions")


def cost_report(snapshot_id: str, dag_id: str, run_id: str) -> "CostReport":
    """Everything the report of one cost sweep says, as things stand now."""
    from include.lake import Lake
    from include.ledger import Ledger, views
    from include.policies.change import change_policy
    from include.policies.targets import targets
    from include.reports.cost import CostReport
    from include.reports.run import ChangeOutcome, LeftOut

    lake, ledger = Lake.from_env(), Ledger.from_env()
    snapshot = lake.snapshot(snapshot_id)
    names = {target.id: target.account_name for target in targets()}
    found = views.plans_of_run(ledger, dag_id, run_id)
    now = views.overview(ledger)
    cost = {name: lake.read(name, snapshot_id).filter(domain="cost") for name in FINDINGS}
    return CostReport(
        dag_id=dag_id,
        run_id=run_id,
        snapshot_id=snapshot.snapshot_id,
        as_of=snapshot.as_of,
        targets={target: names.get(target, target) for target in snapshot.targets},
        findings=cost["findings"].collect(),
        counts=cost["finding_counts"].drop("domain").collect(),
        gaps=lake.read("gaps", snapshot_id).collect(),
        resources=snapshot.resources,
        plans=tuple(_summary(view) for view in found),
        changes=tuple(
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
        left_out=tuple(
            LeftOut(**row) for row in cost["left_out"].drop("domain").collect().iter_rows(named=True)
        ),
        exemptions=cost["exemptions"].collect(),
        journal_seq=now.journal_rows,
        journal_head=now.journal_head,
        policy={"change.yaml": change_policy()[1]},
    )


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
