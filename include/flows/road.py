"""The one road from findings to proven changes, the same for every domain: plan, sign-off, gate, apply,
verify, and back where that must be; with the report before and after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from include.flows import sweeping
from include.flows.assets import requester_of
from include.flows.gate import GateSensor
from include.flows.sign_off import FORM, SignOffOperator

ASK: dict[str, Any] = {
    "params": FORM,
    "retries": 20,
    "retry_delay": timedelta(seconds=2),
    "retry_exponential_backoff": False,
}
"""An answer that does not count (no comment, say) is refused, and the question asked again."""


def walk(domain: str, judged: Any, write: Callable[[Any, str, str], str], whole: Any = None) -> None:
    """The tasks after the findings of a sweep are kept.

    `judged` is the XCom of the task that kept them, with their `snapshot_id`, and `targets` (and `checks`)
    where only some are to be planned. `write(judged, dag_id, run_id)` writes the domain's report as things
    stand, and is called before anybody is asked and at the end. `whole`: what must have succeeded for the run
    to end green although the findings do without it. A DAG that calls this has the Param `dry_run`.
    """

    @task
    def plan(judged: dict[str, Any]) -> list[str]:
        context = get_current_context()
        run = context["dag_run"]
        return sweeping.plan(
            domain,
            judged["snapshot_id"],
            dry_run=context["params"]["dry_run"],
            requester=requester_of(context),
            dag_id=run.dag_id,
            run_id=run.run_id,
            targets=judged["targets"],
            checks=judged.get("checks"),
        )

    @task
    def report(judged: dict[str, Any]) -> str:
        run = get_current_context()["dag_run"]
        return write(judged, run.dag_id, run.run_id)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def outcome(judged: dict[str, Any] | None) -> str:
        if judged is None:
            raise AirflowSkipException("nothing was judged")
        run = get_current_context()["dag_run"]
        return write(judged, run.dag_id, run.run_id)

    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def settled() -> None:
        run = get_current_context()["dag_run"]
        sweeping.fail_if_unsettled(run.dag_id, run.run_id)

    plans, reported, last = plan(judged), report(judged), settled()
    walked = change.expand(digest=plans)
    plans >> reported
    [walked, reported] >> outcome(judged) >> last
    [walked, reported] >> last
    if whole is not None:
        whole >> last


@task_group(group_id="change")
def change(digest: Any) -> None:
    """Walk one plan along the road; map it over plans with `change.expand(digest=...)`.

    Reject, silence, expiry and a closed gate skip the rest. What opens the way is the ledger's record of the
    sign-off, re-read by apply for every change: marking a task here "success" opens nothing. Such a task
    hands no digest on: what follows asks about the plan itself, and the journal tells how it was refused.
    """
    first = SignOffOperator(task_id="sign_off", digest=digest, **ASK)
    second = SignOffOperator(task_id="second_sign_off", digest=first.output, plan=digest, signature=2, **ASK)
    gate = GateSensor(task_id="gate", digest=second.output, plan=digest, poll=timedelta(seconds=10))
    applied = apply(gate.output, digest)  # type: ignore[arg-type]  # XComArgs, resolved when they run
    verified = verify(applied, digest)  # type: ignore[arg-type]
    roll_back(verified, digest)  # type: ignore[arg-type]


@task(retries=3, retry_delay=timedelta(seconds=10))
def apply(handed: str | None, plan: str) -> str:
    """Apply the plan in waves: canary, then batches. An alarm stops it and rolls it back at once.

    Safe to run again: nothing is applied twice, and a rollback goes on where it was.
    """
    from include.flows import applying

    digest = handed or plan
    applying.apply(digest, _worker())
    return digest


@task
def verify(handed: str | None, plan: str) -> str:
    """Collect again only what changed; the rule that found it must no longer find it."""
    from datetime import UTC, datetime

    from include.change.verify import verify_plan
    from include.flows.logs import table
    from include.flows.recheck import still_found
    from include.ledger import Ledger, views

    digest = handed or plan
    ledger = Ledger.from_env()
    view = views.plan(ledger, digest)
    sound = view.plan if view else None  # None: verify_plan refuses an edited plan
    asking = still_found(sound.domain, sound.snapshot_id) if sound else still_found("", "")
    verified = verify_plan(ledger, digest, asking, now=datetime.now(UTC))
    table(f"plan {digest[:12]}: verified", ("change", "state"), sorted(verified.states.items()))
    return digest


@task(retries=3, retry_delay=timedelta(seconds=10))
def roll_back(handed: str | None, plan: str) -> str:
    """Roll back what its rule still finds although it was changed, where policy says so."""
    from include.flows import applying

    digest = handed or plan
    applying.roll_back(digest, _worker())
    return digest


def _worker() -> str:
    """Who applies, as the ledger and the journal name it."""
    run = get_current_context()["task_instance"]
    return f"{run.dag_id}/{run.run_id}/{run.map_index}"
