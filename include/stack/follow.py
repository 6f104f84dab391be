"""Following a run through the REST API, with a line for every task that ends."""

import time
from collections.abc import Callable
from typing import Any

from include.stack.airflow_api import AirflowApi, Json
from include.stack.errors import StackError

POLL_SECONDS = 1.0
ACTIVE = {"scheduled", "queued", "running", "restarting", "deferred", "up_for_retry", "up_for_reschedule"}
ENDED = {"success", "failed"}


class Follower:
    """`check` raises when a part of the stack has died, so that nobody waits for the dead."""

    def __init__(
        self,
        api: AirflowApi,
        *,
        check: Callable[[], None] = lambda: None,
        say: Callable[[str], None] = print,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.api = api
        self._check, self._say, self._pause, self._clock = check, say, pause, clock
        self._told: set[tuple[str, ...]] = set()

    def until(self, what: str, found: Callable[[], Any], *, seconds: float) -> Any:
        """The first truthy answer of `found`. StackError after `seconds`, or when a part dies."""
        deadline = self._clock() + seconds
        while not (answer := found()):
            self._check()
            if self._clock() > deadline:
                raise StackError(f"waited {seconds:.0f} s for {what}, in vain. Logs: Airflow's UI")
            self._pause(POLL_SECONDS)
        return answer

    def dags(self, *dag_ids: str, seconds: float = 120) -> None:
        """Wait until all are known. StackError with the traceback when a DAG file cannot be imported."""

        def known() -> bool:
            if errors := self.api.import_errors():
                raise StackError("\n".join(f"{file}: {trace}" for file, trace in errors.items()))
            return all(self.api.has_dag(dag_id) for dag_id in dag_ids)

        self.until(f"DAGs {', '.join(dag_ids)}", known, seconds=seconds)

    def finished(self, dag_id: str, run_id: str, *, seconds: float = 600) -> None:
        """Wait for success. StackError with the failed tasks' last words otherwise."""

        def ended() -> str | None:
            self.tell(dag_id, run_id)
            state = self.api.run_state(dag_id, run_id)
            return state if state in ENDED else None

        if self.until(f"{dag_id} to finish", ended, seconds=seconds) == "failed":
            raise StackError(f"{dag_id} {run_id} failed:\n{self.why(dag_id, run_id)}")

    def questions(self, dag_id: str, run_id: str, *, seconds: float = 600) -> list[Json]:
        """Wait until the run can go on only with a human's answer; empty when it ended without one."""
        quiet = 0

        def waiting() -> list[list[Json]]:
            nonlocal quiet
            tasks = self.tell(dag_id, run_id)
            if self.api.run_state(dag_id, run_id) in ENDED:
                return [[]]
            asked = self.api.questions(dag_id, run_id)
            busy = any(task["state"] in ACTIVE for task in tasks)
            quiet = quiet + 1 if asked and not busy else 0
            return [asked] if quiet > 1 else []  # twice: between two tasks, none may be active for a moment

        asked: list[list[Json]] = self.until(f"{dag_id} to ask or to end", waiting, seconds=seconds)
        return asked[0]

    def tell(self, dag_id: str, run_id: str) -> list[Json]:
        """Say which tasks have ended since last time; returns all of the run's tasks."""
        tasks = self.api.tasks(dag_id, run_id)
        for task in tasks:
            state = task["state"]
            key = (
                dag_id,
                run_id,
                task["task_id"],
                str(task["map_index"]),
                str(task["try_number"]),
                str(state),
            )
            if key in self._told or (state not in ENDED and state != "awaiting_input"):
                continue
            self._told.add(key)
            self._say(f"  {dag_id:<15} {_name(task):<28} {state:<15} {_seconds(task)}")
        return tasks

    def why(self, dag_id: str, run_id: str, lines: int = 12) -> str:
        """The last log lines of each failed task."""
        failed = [task for task in self.api.tasks(dag_id, run_id) if task["state"] == "failed"]
        return "\n".join(f"  {_name(task)}:\n{self._log(task, lines)}" for task in failed)

    def _log(self, task: Json, lines: int) -> str:
        path = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        found = self.api.get(f"{path}/logs/{task['try_number']}", map_index=task["map_index"])["content"]
        return "\n".join(f"    {_event(one)}" for one in found[-lines:])


def _event(line: Any) -> str:
    """What a log line says, and the exception that it tells of."""
    if not isinstance(line, dict):
        return str(line)
    raised = [f": {one.get('exc_type')}: {one.get('exc_value')}" for one in line.get("error_detail") or ()]
    return f"{line.get('event', line)}{''.join(raised[:1])}"


def _name(task: Json) -> str:
    index = task["map_index"]
    return str(task["task_id"]) + (f" [{index}]" if index >= 0 else "")


def _seconds(task: Json) -> str:
    return f"{task['duration']:6.1f} s" if task.get("duration") is not None else ""
