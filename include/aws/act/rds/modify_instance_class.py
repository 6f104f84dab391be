"""Give a database instance another class, at once. It is down for some minutes (Multi-AZ: for a fail-over).

Params: `instance_class`. Applying at once would also apply whatever else waits for the maintenance window, so
a database with other pending changes is refused.
"""

from functools import partial
from typing import Any

from include.aws.act._common import served_by
from include.aws.act._waiting import DATABASE, until_read
from include.aws.act.rds._instance import describe, until_state
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "rds"
READ_PERMISSIONS = ("rds:DescribeDBInstances",)
PERMISSIONS = ("rds:ModifyDBInstance",)
RISK: Risk = "medium"
EFFORT: Effort = "medium"
RESTART_NEEDED = True
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

OURS = "DBInstanceClass"
PASSING = {"available", "modifying", "rebooting", "configuring-enhanced-monitoring", "backing-up"}

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Class, status, engine, cluster, replicas and pending changes; None when gone."""
    return describe(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The new class. ActionRefused while the database is not available or other changes are pending."""
    if before["state"] != "available":
        raise ActionRefused(f"the database is {before['state']}; expected available. Try when it is.")
    if before["pending_changes"]:
        raise ActionRefused(
            f"other changes wait for the maintenance window: {before['pending_changes']}; resizing at once "
            "would apply them too. Apply or cancel them first."
        )
    return {**before, "instance_class": params["instance_class"]}


def halfway(live: State, before: State, params: State) -> bool:
    """The modification is under way, with the old or the new class."""
    under_way = live.get("state") != "available" or live.get("pending_changes") == [OURS]
    ours = live.get("state") in PASSING and live.get("pending_changes") in ([], [OURS])
    settled = {**live, "state": before["state"], "pending_changes": before["pending_changes"]}
    return under_way and ours and settled in (before, {**before, **params})


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Modify unless done, and wait. The token is not needed."""
    want = after(before, params)
    live = until_state(client, resource_id, "available")
    if live is None:
        raise ActionRefused(f"database {resource_id} is gone; expected {before['state']}. Plan anew.")
    if live["instance_class"] != params["instance_class"]:
        client.modify_db_instance(
            DBInstanceIdentifier=resource_id,
            DBInstanceClass=params["instance_class"],
            ApplyImmediately=True,
        )
    look = partial(describe, client, resource_id)
    until_read(look, want, what=f"database {resource_id}", pace=DATABASE)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Back to the class it had."""
    old = {"instance_class": before["instance_class"]}
    return Step(action="rds.modify_instance_class", resource_id=resource_id, params=old)
