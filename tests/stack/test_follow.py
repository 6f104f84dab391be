"""Following a run: progress said once, failures with their reason, questions only when nothing else moves."""

from itertools import count

import pytest

from include.stack.errors import StackError
from include.stack.follow import Follower


def task(task_id, state, map_index=-1, try_number=1):
    return {
        "dag_id": "cost_sweep",
        "dag_run_id": "run",
        "task_id": task_id,
        "map_index": map_index,
        "try_number": try_number,
        "state": state,
        "duration": 1.25 if state == "success" else None,
    }


def question(of):
    return {"subject": "Apply these changes?", "task_instance": of}


class FakeApi:
    """Airflow that goes through `steps`, one per look at the tasks: (run state, tasks, questions)."""

    def __init__(self, *steps, dags=(), errors=None):
        self.steps = list(steps)
        self.known = set(dags)
        self.errors = errors or {}

    @property
    def step(self):
        return self.steps[0]

    def tasks(self, dag_id, run_id):
        if len(self.steps) > 1:
            self.steps.pop(0)
        return self.step[1]

    def run_state(self, dag_id, run_id):
        return self.step[0]

    def questions(self, dag_id, run_id):
        return self.step[2] if len(self.step) > 2 else []

    def has_dag(self, dag_id):
        return dag_id in self.known

    def import_errors(self):
        return self.errors

    def get(self, path, **query):
        raised = [{"exc_type": "AccessDenied", "exc_value": "may not", "frames": []}]
        return {"content": [{"event": "reading"}, {"event": "Task failed", "error_detail": raised}]}


def follower(api, said=None, check=lambda: None):
    ticks = count()
    return Follower(
        api,
        check=check,
        say=(said if said is not None else []).append,
        pause=lambda _: None,
        clock=lambda: float(next(ticks)),
    )


START = ("running", [])


def test_every_ended_task_is_said_once():
    done = task("judge", "success")
    said = []
    api = FakeApi(START, ("running", [done]), ("running", [done]), ("success", [done]))
    follower(api, said).finished("cost_sweep", "run")
    assert len(said) == 1
    assert "judge" in said[0]
    assert "1.2 s" in said[0]


def test_mapped_tasks_are_told_apart():
    tasks = [task("collect", "success", 0), task("collect", "success", 1)]
    said = []
    follower(FakeApi(START, ("success", tasks)), said).finished("cost_sweep", "run")
    assert [line.split("success")[0].split()[-1] for line in said] == ["[0]", "[1]"]


def test_a_failed_run_says_which_task_and_why():
    api = FakeApi(START, ("failed", [task("collect", "failed", 2), task("land", "upstream_failed")]))
    with pytest.raises(
        StackError, match=r"(?s)cost_sweep run failed:.*collect \[2\].*Task failed: AccessDenied: may not"
    ):
        follower(api).finished("cost_sweep", "run")


def test_it_does_not_wait_for_the_dead():
    def check():
        raise StackError("scheduler ended by itself")

    with pytest.raises(StackError, match="scheduler ended"):
        follower(FakeApi(START), check=check).finished("cost_sweep", "run", seconds=10)


def test_it_does_not_wait_for_ever():
    with pytest.raises(StackError, match="waited 10 s for cost_sweep to finish"):
        follower(FakeApi(START)).finished("cost_sweep", "run", seconds=10)


def test_a_question_counts_only_when_nothing_else_moves():
    waiting = task("change.sign_off", "awaiting_input", 0)
    asked = [question(waiting)]
    api = FakeApi(
        START,
        ("running", [waiting, task("change.sign_off", "running", 1)], asked),
        ("running", [waiting], asked),
        ("running", [waiting, task("report", "queued")], asked),
        ("running", [waiting], asked),
        ("running", [waiting], asked),
    )
    assert follower(api).questions("cost_sweep", "run") == asked
    assert len(api.steps) == 1


@pytest.mark.parametrize("state", ["success", "failed"])
def test_a_run_that_ends_without_asking_has_no_questions(state):
    assert follower(FakeApi(START, (state, []))).questions("cost_sweep", "run") == []


def test_a_broken_dag_file_is_said_at_once_with_its_traceback():
    api = FakeApi(START, errors={"dags/cost_sweep.py": "ImportError: no module"})
    with pytest.raises(StackError, match=r"dags/cost_sweep\.py: ImportError"):
        follower(api).dags("cost_sweep")


def test_known_dags_are_not_waited_for():
    follower(FakeApi(START, dags={"cost_sweep"})).dags("cost_sweep", seconds=0)
