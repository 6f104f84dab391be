"""Snapshot a database instance, then stop it. Its storage goes on costing.

AWS starts a stopped instance again by itself after seven days (RDS user guide, "Stopping an Amazon RDS DB
instance temporarily"). The snapshot stays: it is the safety net, and named in the result.
"""

import re
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import EXECUTION_TAG, aws_tags, error_code, served_by
from include.aws.act._waiting import COPY, wait
from include.aws.act.rds._instance import describe, until_state
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "rds"
READ_PERMISSIONS = ("rds:DescribeDBInstances", "rds:DescribeDBSnapshots")
PERMISSIONS = ("rds:AddTagsToResource", "rds:CreateDBSnapshot", "rds:StopDBInstance")
RISK: Risk = "medium"
EFFORT: Effort = "low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = None

PASSING = {"backing-up", "stopping"}

service = served_by(SERVICE)


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Status, class, engine, cluster, replicas and pending changes; None when gone."""
    return describe(client, resource_id)


def after(before: State, params: State) -> State | None:
    """The same instance, stopped. ActionRefused where AWS cannot stop it, or it is busy."""
    if before["cluster_id"] is not None:
        raise ActionRefused(f"it is a member of cluster {before['cluster_id']}. Stop the cluster as a whole.")
    if before["replica_of"] is not None or before["replica_ids"]:
        raise ActionRefused(
            f"it replicates {before['replica_of'] or 'nothing'} to {before['replica_ids'] or 'nobody'}; AWS "
            "stops only instances without read replicas."
        )
    if before["multi_az"] and str(before["engine"]).startswith("sqlserver"):
        raise ActionRefused("AWS cannot stop SQL Server in a Multi-AZ deployment.")
    if before["state"] not in {"available", "stopped"}:
        raise ActionRefused(
            f"the database is {before['state']}; expected available. Try when it has settled."
        )
    return {**before, "state": "stopped"}


def halfway(live: State, before: State, params: State) -> bool:
    """Backing up, or stopping."""
    return live.get("state") in PASSING and {**live, "state": before["state"]} == before


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Returns `db_snapshot_id`, which is named from the token; null when it was stopped to begin with."""
    after(before, params)
    if before["state"] == "stopped":
        return {"db_snapshot_id": None}
    name = snapshot_name(token)
    live = describe(client, resource_id)
    if live is None:
        raise ActionRefused(f"database {resource_id} is gone; expected {before['state']}. Plan anew.")
    if live["state"] not in {"stopping", "stopped"}:
        _snapshot(client, resource_id, name, token)
        until_state(client, resource_id, "available")
        client.stop_db_instance(DBInstanceIdentifier=resource_id)
    until_state(client, resource_id, "stopped")
    return {"db_snapshot_id": name}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """Start it again, if it ran."""
    ran = before["state"] == "available"
    return Step(action="rds.start_instance", resource_id=resource_id) if ran else None


def snapshot_name(token: str) -> str:
    """A valid snapshot identifier: letters, digits and single hyphens, a letter first, at most 255."""
    return f"watchkeeper-{re.sub('[^a-z0-9]+', '-', token.lower()).strip('-')}"[:255]


def _snapshot(client: Any, instance_id: str, name: str, token: str) -> None:
    """Take it unless a call before this one did, and wait until it can be restored from."""
    which = {"DBInstanceIdentifier": instance_id, "DBSnapshotIdentifier": name}
    if not _taken(client, name):
        client.create_db_snapshot(**which, Tags=aws_tags({EXECUTION_TAG: token}))
    wait(client, "db_snapshot_available", COPY, **which)


def _taken(client: Any, name: str) -> bool:
    """Looked up first: while one is being taken AWS refuses another for that, not for its name."""
    try:
        return bool(client.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"])
    except ClientError as error:
        if error_code(error) in {"DBSnapshotNotFound", "DBSnapshotNotFoundFault"}:
            return False
        raise
