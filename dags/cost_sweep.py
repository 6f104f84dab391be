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

from airflow.sdk import Param, dag, get_current_context, task

from include.flows import cost
from include.flows.assets import ESTATE, snapshot_of
from include.flows.defaults import START, default_args, tags
from include.flows.road import walk


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
            description="Change only these, such as 111111111111/eu-west-1. Empty: all of the snapshot.",
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

    walk("cost", judge(), cost.report)


cost_sweep()
