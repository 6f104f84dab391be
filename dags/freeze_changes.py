"""### Freeze changes

Sets a freeze, or lifts those in force. While one is in force nothing is applied, whoever signed off: plans
wait at their gate, and a plan that is just being applied stops before its next change.

Safe to run again: a second *set* adds a second freeze, and *lift* ends them all; both are in the journal with
the name of who triggered the run.

Runbook: `docs/runbooks/freeze_changes.md`.
"""

from airflow.sdk import Param, dag, get_current_context, task

from include.flows import freezing
from include.flows.defaults import START, default_args, tags


@dag(
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=default_args("platform"),
    tags=tags("change", tier=1),
    doc_md=__doc__,
    params={
        "do": Param("set", type="string", enum=["set", "lift"], title="Do"),
        "reason": Param(
            None,
            type=["null", "string"],
            title="Reason",
            description="Why nothing may change now; needed to set one. Shown wherever a plan waits for it.",
        ),
        "hours": Param(
            24,
            type="number",
            exclusiveMinimum=0,
            maximum=freezing.LONGEST_HOURS,
            title="Hours",
            description="When it ends by itself.",
        ),
    },
)
def freeze_changes() -> None:
    @task
    def freeze() -> list[int]:
        context = get_current_context()
        asked, who = context["params"], context["dag_run"].triggering_user_name
        if asked["do"] == "lift":
            return freezing.lift_all(by=who or "schedule")
        return [freezing.set_one(asked["reason"], hours=asked["hours"], owner=who or "schedule")]

    freeze()


freeze_changes()
