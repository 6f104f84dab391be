"""Start a stopped database instance: the way back from `rds.snapshot_stop_instance`."""

from typing import Any

from include.aws.act._common import served_by
from include.aws.act.rds._instance import STARTING_UP, describe, until_state
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "rds"
READ_PERMISSIONS = ("rds:DescribeDBInstances",)
PERMISSIONS = ("rds:StartDBInstance",)
RISK: Risk = "low"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Status, class, engine, cluster, replicas and pending changes; None when gone."""
    return describe(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The same instance, available. ActionRefused unless it is stopped or available already."""
    if before["state"] not in {"stopped", "available"}:
        raise ActionRefused(f"the database is {before['state']}; expected stopped. Try when it has settled.")
    return {**before, "state": "available"}


def halfway(live: State, before: State, params: State) -> bool:
    """On its way up."""
    return live.get("state") in STARTING_UP and {**live, "state": before["state"]} == before


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Start unless it is on its way, and wait. The token is not needed."""
    after(before, params)
    live = describe(client, resource_id)
    if live is None:
        raise ActionRefused(f"database {resource_id} is gone; expected {before['state']}. Plan anew.")
    if live["state"] == "stopped":
        client.start_db_instance(DBInstanceIdentifier=resource_id)
    until_state(client, resource_id, "available")
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Stop it again (with a snapshot first), if it was stopped."""
    stopped = before["state"] == "stopped"
    return Step(action="rds.snapshot_stop_instance", resource_id=resource_id) if stopped else None
