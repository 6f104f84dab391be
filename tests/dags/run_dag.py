"""Run one DAG to its end in this process, answering every question; prints what became of its tasks as JSON.

    python tests/dags/run_dag.py DAG_ID '{"param": ...}' '{"option": "Approve", "user": "ann", "comment": ""}'

A process of its own, because Airflow reads its configuration once and holds it for ever. Answers go through
the operator's real completion path; `leave_out_checks` names checks whose changes are not wanted.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import HITLOperator

from tests import api_calls

ROOT = Path(__file__).parents[2]


def answering(answer: dict[str, Any]):
    """HITLOperator.execute, answered at once; an answer without a user is the time-out default."""

    def execute(self: Any, context: Any) -> Any:
        from include.ledger import Ledger, views

        plan = views.plan(Ledger.from_env(), self.digest).plan
        unwanted = answer.get("leave_out_checks", [])
        leave_out = [one.change_id for one in plan.changes if one.check_id in unwanted]
        user = answer.get("user")
        event = {
            "chosen_options": [answer["option"]],
            "params_input": {"comment": answer.get("comment"), "leave_out": leave_out or None},
            "responded_at": datetime.now(UTC),
            "responded_by_user": {"id": user, "name": user} if user else None,
            "timedout": user is None,
        }
        return self.execute_complete(context, event)

    return execute


def main(dag_id: str, params: str, answer: str) -> None:
    api_calls.install()
    dag = DagBag(dag_folder=ROOT / "dags" / f"{dag_id}.py").dags[dag_id]
    for task in dag.tasks:
        task.retries = 0  # dag.test() waits out their delay
    HITLOperator.execute = answering(json.loads(answer))
    run = dag.test(run_conf=json.loads(params))
    states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in run.get_task_instances()}
    print(json.dumps({"run_id": run.run_id, "state": str(run.state), "tasks": states}))


if __name__ == "__main__":
    main(*sys.argv[1:])
