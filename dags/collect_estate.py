"""### Collect the estate

Reads every target (account and region) of `include/policies/targets.yaml` with the read role, judges what was
read, and lands it in the lake as one snapshot. `cost_sweep` starts from it.

* **A denied or throttled API** is a gap: UNKNOWN for that target in the report, never "no findings".
* **A dataset that fails a critical expectation** is kept out, the reason in `validate`'s log; others land.
* **Safe to run again**: a retry replaces what it staged; nothing is changed in AWS.

Runbook: `docs/runbooks/collect_estate.md`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from include.flows import estate
from include.flows.assets import ESTATE
from include.flows.defaults import default_args, tags


@dag(
    schedule=CronTriggerTimetable("0 5 * * *", timezone="UTC", run_immediately=timedelta(0)),
    start_date=None,  # with one, switching the DAG on would at once run the time that has just passed
    catchup=False,
    max_active_runs=1,
    default_args=default_args("platform"),
    tags=tags("estate", tier=2),
    doc_md=__doc__,
    params={
        "targets": Param(
            None,
            type=["null", "array"],
            items={"type": "string", "pattern": r"^[0-9]{12}/[a-z0-9-]+$"},
            title="Targets",
            description="Only these, such as 111111111111/eu-west-1. Empty: all of targets.yaml.",
        ),
    },
)
def collect_estate() -> None:
    @task
    def open_snapshot() -> dict[str, str]:
        return estate.open_snapshot(datetime.now(UTC), get_current_context()["dag_run"].run_id)

    @task
    def choose_targets() -> list[str]:
        return estate.choose_targets(get_current_context()["params"]["targets"])

    @task(outlets=[ESTATE])
    def land(
        snapshot: dict[str, str], collected: list[dict[str, Any]], refused: dict[str, list[str]]
    ) -> dict[str, Any]:
        context = get_current_context()
        landed = estate.land(snapshot, list(collected), refused)
        requester = context["dag_run"].triggering_user_name
        context["outlet_events"][ESTATE].extra = landed | {"requester": requester}
        return landed

    snapshot = open_snapshot()
    collected = task(estate.collect).partial(snapshot=snapshot).expand(target_id=choose_targets())
    refused = task(estate.validate)(snapshot, collected)
    land(snapshot, collected, refused)


collect_estate()
