"""`make demo`: the simulated estate swept and forecast until it asks; ONCE=1 answers, and proves it."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from include.stack import display, proof
from include.stack.airflow_api import AirflowApi, Json
from include.stack.errors import StackError
from include.stack.follow import Follower
from include.stack.stack import Stack

COLLECT, SWEEP, FORECAST = "collect_estate", "cost_sweep", "capacity_forecast"
VERIFY = "verify_journal"
DAGS = (COLLECT, SWEEP, FORECAST, VERIFY, "roll_back_plan", "freeze_changes")
SECOND = "change.second_sign_off"
PATIENCE_SECONDS = 900.0


def run(stack: Stack, *, once: bool, say: Callable[[str], None] = print) -> bool:
    """From an empty lake to a pending sign-off, on a started stack. Returns whether all is well: with
    `once`, that every change can be seen in AWS."""
    began = time.monotonic()
    requester, approver = approvers(stack)
    with stack.api(requester) as api:
        follower = Follower(api, check=stack.check, say=say)
        collect_run = collect(follower, say)
        runs = {dag_id: started(follower, dag_id, collect_run) for dag_id in (SWEEP, FORECAST)}
        asked = {SWEEP: waiting(follower, SWEEP, runs[SWEEP])}
        say(f"first pending sign-off {time.monotonic() - began:.1f} s after Airflow was up\n")
        asked[FORECAST] = waiting(follower, FORECAST, runs[FORECAST])
        say(f"\n{display.found(stack, runs, asked)}")
        if not once:
            say(display.next_steps(stack, requester, approver))
            return True
        people = approver, requester
        proved = [
            sign_off_and_prove(stack, follower, dag_id, run, people, say) for dag_id, run in runs.items()
        ]
        prove_journal(follower)
        return all(proved)


def prove_journal(follower: Follower) -> None:
    """That the journal of all this holds, by its own DAG. StackError: it does not."""
    follower.finished(VERIFY, follower.api.trigger(VERIFY), seconds=PATIENCE_SECONDS)


def approvers(stack: Stack) -> tuple[str, str]:
    """Two people whom policy lets sign off: one starts the run, the other answers."""
    entitled = [name for name, role in stack.settings.users.items() if role == "op"]
    if len(entitled) < 2:
        raise StackError(
            f"the demo needs two approvers in change.yaml, found {', '.join(entitled) or 'none'}"
        )
    return entitled[0], entitled[1]


def collect(follower: Follower, say: Callable[[str], None]) -> str:
    """Switch the DAGs on and collect the estate; returns the run, whose asset starts the others."""
    api = follower.api
    follower.dags(*DAGS)
    for dag_id in DAGS:
        api.unpause(dag_id)
    say(f"{api.user} triggers {COLLECT}; its asset starts {SWEEP} and {FORECAST}")
    run_id = api.trigger(COLLECT)
    follower.finished(COLLECT, run_id, seconds=PATIENCE_SECONDS)
    return run_id


def started(follower: Follower, dag_id: str, collect_run: str) -> str:
    """The run that the asset of a collection started."""
    found: str = follower.until(
        f"{dag_id} to start", lambda: follower.api.run_started_by(dag_id, collect_run), seconds=120
    )
    return found


def waiting(follower: Follower, dag_id: str, run_id: str) -> list[Json]:
    """What the run asks once nothing else is left to do. StackError: a task failed before that."""
    asked = follower.questions(dag_id, run_id, seconds=PATIENCE_SECONDS)
    if failed := follower.why(dag_id, run_id):
        raise StackError(f"{dag_id} {run_id}: not every task succeeded:\n{failed}")
    return asked


def sign_off_and_prove(
    stack: Stack,
    follower: Follower,
    dag_id: str,
    run_id: str,
    people: tuple[str, str],
    say: Callable[[str], None],
) -> bool:
    """Approve everything that is asked as `people` (first, second signature), then look at AWS itself."""
    answered: set[tuple[Any, ...]] = set()
    while asked := follower.questions(dag_id, run_id, seconds=PATIENCE_SECONDS):
        for question in asked:
            task = question["task_instance"]
            key = (task["task_id"], task["map_index"])
            if key in answered:
                raise StackError(f"the answer to {key} was refused:\n{follower.why(dag_id, run_id)}")
            answered.add(key)
            person = people[1] if task["task_id"] == SECOND else people[0]
            with stack.api(person) as api:
                answer(api, question, say)
    follower.tell(dag_id, run_id)
    state, failed = follower.api.run_state(dag_id, run_id), follower.why(dag_id, run_id)
    with clients(stack.environment) as reading:
        seen = proof.look(stack.ledger, dag_id, run_id, reading)
    say(display.proved(seen))
    if failed:
        say(f"{dag_id} ended as {state}; not every task succeeded:\n{failed}")
    return state == "success" and not failed and bool(seen) and all(one.holds for one in seen)


def answer(api: AirflowApi, question: Json, say: Callable[[str], None]) -> None:
    """Approve the whole plan behind one question."""
    say(f"{api.user} approves: {question['subject']}")
    api.answer(question, "Approve", comment=f"Demo: approved by {api.user} through the REST API")


@contextmanager
def clients(environment: Mapping[str, str]) -> Iterator[proof.ClientFor]:
    """boto3 clients of this process's own, on the stack's AWS and nowhere else while the block lasts.

    botocore finds endpoint and credentials in the environment alone, for the role it assumes as for the rest.
    """
    before = _aws(os.environ)
    _replace_aws(_aws(environment))
    try:
        yield _reading()
    finally:
        _replace_aws(before)


def _reading() -> proof.ClientFor:
    """Clients in each target's read role, each made once."""
    import boto3

    from include.aws.sessions import assume, client
    from include.policies.targets import targets

    roles = {(target.account_id, target.region): target for target in targets()}

    @cache
    def made(account_id: str, region: str, service: str) -> Any:
        target = roles[account_id, region]
        session = assume(
            boto3.Session(),
            target.read_role,
            region,
            external_id=target.external_id,
            session_name="watchkeeper-demo",
        )
        return client(session, service, region)

    return made


def _aws(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("AWS_")}


def _replace_aws(settings: Mapping[str, str]) -> None:
    for name in _aws(os.environ):
        del os.environ[name]
    os.environ.update(settings)
