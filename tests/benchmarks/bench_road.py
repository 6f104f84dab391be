"""What the road costs: from a person's approval to proof, in the running Airflow. One JSON line.

The demo's stack with 500 log groups more, and a policy that plans nothing but their retention: one sweep is
approved for a single change, the next for all the rest. Seconds count from the answer's PATCH to the end of
`verify`; API calls are those of every process against the simulated AWS in that time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

GROUPS = 500
ACCOUNT, REGION = "222222222222", "eu-west-1"
POLICY = """
approvers: {finops: [ann, ben]}
rules:
  - {match: {action: logs.put_retention}, level: sign_off}
  - {match: {}, level: forbid}
limits:
  run: {max_changes: 1000, max_fleet_percent: 100, max_fleet_count: 1000}
  day: {max_changes: 2000, max_fleet_percent: 100, max_fleet_count: 2000}
waves: {canary: 1, batch: 10, pause_seconds: 0, max_per_account: 10, api_calls_per_second: 1000}
"""


def measure() -> dict[str, Any]:
    """Two sweeps, two approvals."""
    from include.stack import demo
    from include.stack.follow import Follower

    with _stack() as stack:
        _log_groups(stack)
        with stack.api("ann") as api:
            follower = Follower(api, check=stack.check, say=lambda line: print(line, file=sys.stderr))
            run = demo.started(follower, demo.SWEEP, demo.collect(follower, follower._say))
            one = _approved(stack, follower, run, keep=1)
            api.trigger(demo.COLLECT)
            follower.until("the next sweep", lambda: _next(api, run), seconds=600)
            many = _approved(stack, follower, _next(api, run), keep=None)
    return {"benchmark": "road", "airflow_workers": 4, "one_change": one, "many_changes": many}


@contextmanager
def _stack() -> Iterator[Any]:
    """The demo of the last commit, with this benchmark's policy."""
    from include.stack.stack import Stack

    folder = Path(tempfile.mkdtemp(prefix="wk-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user under root
    try:
        clone = folder / "watchkeeper"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        (clone / "include/policies/change.yaml").write_text(POLICY)
        with Stack(mode="demo", root=clone, home=folder / "home") as stack:
            yield stack
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _log_groups(stack: Any) -> None:
    import boto3

    from include.aws.sessions import assume, client

    os.environ.update({name: value for name, value in stack.environment.items() if name.startswith("AWS_")})
    role = f"arn:aws:iam::{ACCOUNT}:role/watchkeeper-change"
    logs: Any = client(assume(boto3.Session(), role, REGION, session_name="bench"), "logs", REGION)
    for number in range(GROUPS):
        logs.create_log_group(logGroupName=f"/bench/{number:04}")


def _next(api: Any, before: str) -> str | None:
    from include.stack import demo

    runs = api.get(f"/dags/{demo.SWEEP}/dagRuns", order_by="-run_after", limit=1)["dag_runs"]
    return str(runs[0]["dag_run_id"]) if runs and runs[0]["dag_run_id"] != before else None


def _approved(stack: Any, follower: Any, run: str, *, keep: int | None) -> dict[str, Any]:
    """Approve the run's one plan as ben (`keep`: only so many of its changes) and time it to its proof."""
    from include.ledger import views
    from include.stack import demo

    asked = follower.questions(demo.SWEEP, run, seconds=900)
    assert len(asked) == 1, asked
    row = next(row for row in views.plans(stack.ledger) if row.run_id == run)
    plan = views.plan(stack.ledger, row.digest).plan
    left_out = [change.change_id for change in plan.changes[keep:]] if keep else []
    before = _calls(stack)
    with stack.api("ben") as api:
        began = time.monotonic()
        at = datetime.now(UTC)
        api.answer(asked[0], "Approve", comment="for the benchmark", leave_out=left_out)
    task = follower.until("the proof", lambda: _verified(follower.api, run), seconds=1800)
    waited = time.monotonic() - began
    calls = {name: count - before.get(name, 0) for name, count in _calls(stack).items()}
    done = [view for view in views.plans_of_run(stack.ledger, demo.SWEEP, run) if view.state == "applied"]
    changes = done[0].row.change_count
    spent = (datetime.fromisoformat(task["end_date"]) - at).total_seconds()
    first = min(one.claimed_at for one in done[0].executions if one.claimed_at)
    last = max(one.finished_at for one in done[0].executions if one.finished_at)
    return {
        "changes": changes,
        "approval_to_verified_s": round(spent, 1),
        "noticed_after_s": round(waited, 1),
        "approval_to_first_claim_s": round((first - at).total_seconds(), 1),
        "carrying_out_s": round((last - first).total_seconds(), 1),
        "api_calls_per_change": round(sum(calls.values()) / changes, 2),
        "by_operation": {name: count for name, count in sorted(calls.items()) if count},
    }


def _calls(stack: Any) -> dict[str, int]:
    import httpx

    url = f"{stack.settings.aws_endpoint}/watchkeeper-sim/calls"
    counts: dict[str, int] = {}
    for one in httpx.get(url, trust_env=False, timeout=60).json():
        counts[one["action"]] = counts.get(one["action"], 0) + one["calls"]
    return counts


def _verified(api: Any, run: str) -> Any:
    from include.stack import demo

    tasks = [task for task in api.tasks(demo.SWEEP, run) if task["task_id"] == "change.verify"]
    ended = [task for task in tasks if task["state"] in {"success", "failed", "skipped"}]
    assert all(task["state"] == "success" for task in ended), ended
    return ended[0] if ended else None


if __name__ == "__main__":
    print(json.dumps(measure()))
