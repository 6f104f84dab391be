"""### Roll back a plan

Plans the inverse of what a plan has applied, and walks the same road with it: policy, sign-off, gate, apply,
verify. Changes without an inverse are listed in `plan`'s log with the reason.

Trigger it with the plan's digest (or its first 12 characters), from the plan's page. Safe to run again: the
inverse plan is named by its content, and each of its changes is applied once.

Runbook: `docs/runbooks/roll_back_plan.md`.
"""

from airflow.sdk import Param, dag, get_current_context, task

from include.flows import rollback
from include.flows.defaults import START, default_args, tags
from include.flows.road import change


@dag(
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=4,
    default_args=default_args("platform"),
    tags=tags("change", tier=1),
    doc_md=__doc__,
    params={
        "digest": Param(
            type="string",
            pattern="^[0-9a-f]{12,64}$",
            title="Plan",
            description="Digest of the plan to roll back, at least its first 12 characters.",
        ),
    },
)
def roll_back_plan() -> None:
    @task
    def plan() -> list[str]:
        context = get_current_context()
        run = context["dag_run"]
        return rollback.plan(
            context["params"]["digest"],
            requester=run.triggering_user_name,
            dag_id=run.dag_id,
            run_id=run.run_id,
        )

    change.expand(digest=plan())


roll_back_plan()
