"""### Capacity forecast

Says when each resource runs out, how sure that is and what to raise it to; proposes exact changes, and
applies only what policy or a named human has signed off. What is followed: `capacity.yaml`.

1. **batches** splits the snapshot's series; **forecast** (one process each) scores what was forecast earlier,
   chooses models anew where that record has drifted, and forecasts. A series that fails is UNKNOWN, with why;
   so are all of a batch that fails: the rest goes on, and the run ends red.
2. **judge** ranks by days to exhaustion, and publishes the track record.
3. **plan**, **change**, **outcome**, **settled**: as in `cost_sweep`. Silence is Reject.

The timetable is a sweep behind the asset: it does nothing where the newest snapshot was forecast before.
Safe to run again: what is kept is replaced, a change is claimed once, and never applied twice.
Runbook: `docs/runbooks/capacity_forecast.md`.
"""

from datetime import timedelta

from airflow.sdk import (
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    Param,
    TriggerRule,
    dag,
    get_current_context,
    task,
)

from include.flows import capacity, forecasting
from include.flows.asking import Asked, asked
from include.flows.assets import ESTATE, snapshot_of
from include.flows.defaults import default_args, heavy_tasks_at_once, tags
from include.flows.road import walk

NAMES = {"type": ["null", "array"]}
TARGET = {"type": "string", "pattern": r"^[0-9]{12}/[a-z0-9-]+$"}
DATASET = {"type": "string", "pattern": r"^[a-z0-9_]{1,100}$"}
WHAT_IF = "What if"


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 8 * * *", timezone="UTC", run_immediately=timedelta(0)),
        assets=[ESTATE],
    ),
    start_date=None,  # with one, switching the DAG on would at once run the time that has just passed
    catchup=False,
    max_active_runs=4,
    default_args=default_args("sre"),
    tags=tags("capacity", tier=2),
    doc_md=__doc__,
    params={
        "snapshot_id": Param(
            None, type=["null", "string"], title="Snapshot", description="Empty: the newest."
        ),
        "targets": Param(None, **NAMES, items=TARGET, title="Targets", description="Empty: all."),
        "resource_types": Param(
            None, **NAMES, items=DATASET, title="Resource types", description="As rds_instances. Empty: all."
        ),
        "horizon_days": Param(
            None, type=["null", "integer"], minimum=1, maximum=365, title="Horizon (days)",
            description="Dates further away are not named. Empty: as in capacity.yaml.",
        ),
        "growth_factor": Param(
            None, type=["null", "number"], minimum=0, maximum=100, title="Growth factor", section=WHAT_IF,
            description="Times the growth expected.",
        ),
        "launch_at": Param(
            None, type=["null", "string"], format="date-time", title="Launch", section=WHAT_IF,
            description="From then on usage is higher, for good.",
        ),
        "launch_percent": Param(
            None, type=["null", "number"], minimum=-100, maximum=10_000, title="Launch (%)", section=WHAT_IF
        ),
        "removed_nodes": Param(
            None, type=["null", "integer"], minimum=0, title="Removed nodes", section=WHAT_IF,
            description="Of each group, service, cluster and stream.",
        ),
        "threshold": Param(
            None, type=["null", "number"], exclusiveMinimum=0, maximum=1, title="Threshold", section=WHAT_IF,
            description="Share of the limit, instead of each kind's own.",
        ),
        "dry_run": Param(
            False, type="boolean", title="Dry run", description="Report only: plan and ask nothing."
        ),
    },
)  # fmt: skip
def capacity_forecast() -> None:
    @task
    def batches() -> list[forecasting.Batch]:
        context = get_current_context()
        params, swept = context["params"], context["dag_run"].run_type == "scheduled"
        return capacity.batches(snapshot_of(context, params["snapshot_id"]), asked(params), only_if_new=swept)

    @task(max_active_tis_per_dag=heavy_tasks_at_once())
    def forecast(batch: forecasting.Batch) -> forecasting.Kept:
        return forecasting.forecast(batch, _asked())

    @task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def judge(batches: list[forecasting.Batch], kept: list[forecasting.Kept]) -> capacity.Judged:
        return capacity.judge(batches, list(kept), _asked())

    split = batches()
    kept = forecast.expand(batch=split)
    walk("capacity", judge(split, kept), capacity.report, whole=kept)


def _asked() -> Asked:
    return asked(get_current_context()["params"])


capacity_forecast()
