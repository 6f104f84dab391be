"""Airflow's REST API v2, as one signed-in person uses it."""

from collections.abc import Mapping
from typing import Any

import httpx

from include.stack.errors import StackError

TIMEOUT_SECONDS = 60.0
"""The first requests after a start wait for Airflow to build its routes."""

Json = dict[str, Any]


class AirflowApi:
    """One person's view. Use as a context manager, or `close` it."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.user = user
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)
        answer = self._http.post("/auth/token", json={"username": user, "password": password})
        self.token = str(_checked(answer)["access_token"])
        self._http.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, path: str, **query: Any) -> Json:
        """GET below /api/v2; StackError with Airflow's own reason unless it is a success."""
        return _checked(self._http.get(f"/api/v2{path}", params=query))

    def post(self, path: str, body: Json) -> Json:
        """POST below /api/v2, as `get`."""
        return _checked(self._http.post(f"/api/v2{path}", json=body))

    def patch(self, path: str, body: Json) -> Json:
        """PATCH below /api/v2, as `get`."""
        return _checked(self._http.patch(f"/api/v2{path}", json=body))

    def has_dag(self, dag_id: str) -> bool:
        """Whether the DAG is known yet."""
        return self._http.get(f"/api/v2/dags/{dag_id}").status_code == httpx.codes.OK

    def import_errors(self) -> dict[str, str]:
        """DAG file to traceback."""
        return {one["filename"]: one["stack_trace"] for one in self.get("/importErrors")["import_errors"]}

    def unpause(self, dag_id: str) -> None:
        self.patch(f"/dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, params: Mapping[str, Any] | None = None) -> str:
        """Start a run now; returns its run id."""
        body = {"logical_date": None, "conf": dict(params or {})}
        return str(self.post(f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """queued, running, success or failed."""
        return str(self.get(f"/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def run_started_by(self, dag_id: str, source_run_id: str) -> str | None:
        """The run of `dag_id` that an asset event of `source_run_id` started; None: not yet."""
        for run in self.get(f"/dags/{dag_id}/dagRuns", order_by="-run_after", limit=20)["dag_runs"]:
            run_id = str(run["dag_run_id"])
            events = self.get(f"/dags/{dag_id}/dagRuns/{run_id}/upstreamAssetEvents")["asset_events"]
            if any(event["source_run_id"] == source_run_id for event in events):
                return run_id
        return None

    def tasks(self, dag_id: str, run_id: str) -> list[Json]:
        """Every task instance of the run, mapped ones each."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return list(self.get(path, limit=1000)["task_instances"])

    def questions(self, dag_id: str, run_id: str) -> list[Json]:
        """What the run has asked humans, answered or not, of tasks that wait for the answer."""
        asked = self.get(f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails", limit=100)["hitl_details"]
        return [one for one in asked if one["task_instance"]["state"] == "awaiting_input"]

    def answer(
        self, question: Json, option: str, *, comment: str, leave_out: list[str] | None = None
    ) -> None:
        """Answer as this person. StackError: not entitled, or somebody was faster."""
        task = question["task_instance"]
        path = (
            f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
            f"/{task['map_index']}/hitlDetails"
        )
        form = {"comment": comment, "leave_out": leave_out}
        self.patch(path, {"chosen_options": [option], "params_input": form})

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> "AirflowApi":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _checked(answer: httpx.Response) -> Json:
    if answer.is_success:
        found: Json = answer.json()
        return found
    request = answer.request
    raise StackError(
        f"Airflow refused {request.method} {request.url.path}: {answer.status_code} {answer.text[:500]}"
    )
