"""### Cost sweep

Finds what costs money and does nothing, proposes exact changes, and applies only what policy or a named human
has signed off.

1. **judge** the newest snapshot by every check of `include/domains/cost/checks`; thresholds: `cost.yaml`.
2. **plan** the changes; policy (`change.yaml`) says which need whom.
3. **change** (one per plan): the question waits under *Required Actions*; answer with a comment. Silence
   is Reject. Name change ids under *Leave out* to approve the rest only.
4. **outcome** writes the report, with what became of each change; **settled** fails when one of them failed,
   or when nobody can tell what became of it.

Safe to run again: a change is claimed once, re-checked against live state, and never applied twice.
Runbook: `docs/runbooks/cost_sweep.md`.
"""

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from include.flows import cost, sweeping
from include.flows.assets import ESTATE, requester_of, snapshot_of
from include.flows.defaults import START, default_args, tags
from include.flows.road import change


@dag(
    schedule=[ESTATE],
    start_date=START,
    catchup=False,
    max_active_runs=4,
    default_args=default_args("finops"),
    tags=tags("cost", tier=2),
    doc_md=__doc__,
    params={
        "snapshot_id": Param(
            None, type=["null", "string"], title="Snapshot", description="Empty: the newest."
        ),
        "targets": Param(
            None,
            type=["null", "array"],
            items={"type": "string", "pattern": r"^[0-9]{12}/[a-z0-9-]+$"},
            title="Targets",
            description="Only these, such as 111111111111/eu-west-1. Empty: all of the snapshot.",
        ),
        "dry_run": Param(
            False, type="boolean", title="Dry run", description="Report only: plan and ask nothing."
        ),
    },
)
def cost_sweep() -> None:
    @task
    def judge() -> cost.Judged:
        context = get_current_context()
        asked = context["params"]
        return cost.judge(snapshot_of(context, asked["snapshot_id"]), asked["targets"])

    @task
    def plan(judged: cost.Judged) -> list[str]:
        context = get_current_context()
        run = context["dag_run"]
        return sweeping.plan(
            "cost",
            judged["snapshot_id"],
            dry_run=context["params"]["dry_run"],
            requester=requester_of(context),
            dag_id=run.dag_id,
            run_id=run.run_id,
        )

    @task
    def report(judged: cost.Judged) -> str:
        run = get_current_context()["dag_run"]
        return cost.report(judged, run.dag_id, run.run_id)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def outcome(judged: cost.Judged) -> str:
        run = get_current_context()["dag_run"]
        return cost.report(judged, run.dag_id, run.run_id)

    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def settled() -> None:
        run = get_current_context()["dag_run"]
        sweeping.fail_if_unsettled(run.dag_id, run.run_id)

    judged = judge()
    plans = plan(judged)
    reported = report(judged)
    walked = change.expand(digest=plans)
    plans >> reported
    last = settled()
    [walked, reported] >> outcome(judged) >> last
    [walked, reported] >> last


cost_sweep()
