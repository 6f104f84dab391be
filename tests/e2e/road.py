"""What somebody with Airflow's API may do to a run of the road, and how to see what came of it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from include.aws.act import action
from include.ledger import views
from include.simulation.manifest import Place
from include.simulation.stage import assumed
from include.stack import demo
from include.stack.airflow_api import Json
from include.stack.follow import Follower
from include.stack.stack import Stack
from tests.hostile import TEXTS

HOSTILE = [
    TEXTS[what]
    for what in (
        "a script", "an image", "the end of a script", "a style", "a Markdown link", "a Markdown image",
        "a Markdown table", "Markdown emphasis", "a bare address", "SQL", "right to left", "a template",
    )
]  # fmt: skip
TAGGABLE = ("i-", "vol-", "nat-", "eipalloc-")
"""What EC2's CreateTags takes."""


def rename_what_is_found(stack: Stack) -> None:
    """Give what the sweep will find names that somebody who wants harm would choose."""
    endpoint = stack.settings.aws_endpoint or ""
    truth = httpx.get(f"{endpoint}/watchkeeper-sim/truth", trust_env=False).json()["expected"]
    found = {(one["account_id"], one["region"], one["resource_id"]) for one in truth}
    taggable = [one for one in sorted(found) if one[2].startswith(TAGGABLE)]
    assert len(taggable) >= len(HOSTILE)
    for number, (account_id, region, resource_id) in enumerate(taggable):
        session = assumed(endpoint, Place(account_id, region), "watchkeeper-seed")
        name = HOSTILE[number % len(HOSTILE)]
        session.client("ec2", endpoint_url=endpoint).create_tags(
            Resources=[resource_id], Tags=[{"Key": "Name", "Value": name}]
        )


def rewrite(policies: Path, *changes: tuple[str, str]) -> str:
    """Change `change.yaml`; what it was."""
    file = policies / "change.yaml"
    before = text = file.read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text)
    return before


@contextmanager
def rewritten(policies: Path, *changes: tuple[str, str]) -> Iterator[None]:
    before = rewrite(policies, *changes)
    try:
        yield
    finally:
        (policies / "change.yaml").write_text(before)


def path(run_id: str, task_id: str) -> str:
    return f"/dags/{demo.SWEEP}/dagRuns/{run_id}/taskInstances/change.{task_id}/0"


def mark_success(stack: Stack, run_id: str, task_id: str, *, who: str = "ann") -> None:
    """As the button of Airflow's UI does."""
    with stack.api(who) as api:
        api.patch(path(run_id, task_id), {"new_state": "success"})


def run_again(stack: Stack, run_id: str, task_id: str) -> None:
    """Clear a task that has succeeded, and wait until its run has ended again."""
    with stack.api("ann") as api:
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": [f"change.{task_id}"],
            "only_failed": False,
        }
        api.post(f"/dags/{demo.SWEEP}/clearTaskInstances", body)
        Follower(api, check=stack.check, say=print).finished(demo.SWEEP, run_id, seconds=300)


def end(stack: Stack, run_id: str) -> None:
    """No more retries of anything."""
    with stack.api("ann") as api:
        api.patch(f"/dags/{demo.SWEEP}/dagRuns/{run_id}", {"state": "failed"})


def answer_as(stack: Stack, who: str, question: Json) -> int:
    """The HTTP status of this person's approval; no faster than a person: see `heard_of`."""
    heard_of(stack, question)
    body = {"chosen_options": ["Approve"], "params_input": {"comment": "let me in", "leave_out": None}}
    task = question["task_instance"]
    where = path(task["dag_run_id"], task["task_id"].removeprefix("change."))
    with _http(stack, who) as http:
        return http.patch(f"/api/v2{where}/hitlDetails", json=body).status_code


def heard_of(stack: Stack, question: Json) -> None:
    """Wait until Airflow's scheduler knows that the task has asked.

    An answer before that, in the first seconds on a busy machine, is forgotten: the scheduler takes the news
    of the asking for the end of the task that the answer woke, and the question is asked anew.
    """
    asked = question["task_instance"]["id"]
    log = stack.home.logs / "scheduler.log"

    def said() -> bool:
        lines = (line for line in log.read_text(errors="replace").splitlines() if f"ti_id={asked}" in line)
        return any("TaskInstance Finished" in line and "state=awaiting_input" in line for line in lines)

    with stack.api("ann") as api:
        Follower(api, check=stack.check, say=print).until("the scheduler to know", said, seconds=60)


def seen_by(stack: Stack, who: str, page: str) -> str:
    """One of Watchkeeper's pages."""
    with _http(stack, who) as http:
        return http.get(f"/watchkeeper/{page}").raise_for_status().text


def next_question(stack: Stack, run_id: str, before: Json) -> Json:
    """The question asked after `before`."""
    task_id = before["task_instance"]["task_id"]
    with stack.api("ann") as api:
        found: Json = Follower(api, check=stack.check, say=print).until(
            "the next question",
            lambda: next(
                (q for q in api.questions(demo.SWEEP, run_id) if q["task_instance"]["task_id"] != task_id),
                None,
            ),
            seconds=300,
        )
        return found


def _http(stack: Stack, who: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {stack.token(who)}"}
    return httpx.Client(base_url=stack.url, headers=headers, trust_env=False, timeout=60)


def told(stack: Stack, digest: str, kind: str, text: str = "") -> str:
    """Wait for the journal's entry of this kind that says this; its body."""
    with stack.api("ann") as api:
        return str(
            Follower(api, check=stack.check, say=print).until(
                f"{kind} in the journal",
                lambda: next((body for body in bodies(stack, digest, kind) if text in body), None),
                seconds=300,
            )
        )


def bodies(stack: Stack, digest: str, kind: str) -> list[str]:
    view = views.plan(stack.ledger, digest)
    return [row.body for row in view.journal if row.kind == kind] if view else []


def untouched(stack: Stack, digest: str) -> bool:
    """Nothing of the plan was begun, and AWS still shows what was there when it was planned."""
    view = views.plan(stack.ledger, digest)
    assert view is not None
    assert view.plan is not None
    with demo.clients(stack.environment) as reading:
        for change in view.plan.changes:
            doing = action(change.action)
            client = reading(change.account_id, change.region, doing.service(change.params))
            if doing.read(client, change.resource_id, change.params) != change.before:
                return False
    return {one.state for one in view.executions} == {"planned"}


def calls_of_change_role(stack: Stack, *actions: str) -> Counter[str]:
    """How often the simulated AWS was asked for each of these IAM actions by what applies, where it was."""
    url = f"{stack.settings.aws_endpoint}/watchkeeper-sim/calls"
    calls = Counter[str]()
    for one in httpx.get(url, trust_env=False).json():
        if one["role"] == "watchkeeper-change" and one["action"] in actions:
            calls[one["action"]] += one["calls"]
    return calls
