"""What the database actions share: how an instance is read, and how one waits for it."""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.aws.act._waiting import DATABASE, until
from include.core.changes import State

STARTING_UP = {
    "starting",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "backing-up",
}
"""Statuses on the way to `available` (RDS user guide, "Viewing Amazon RDS DB instance status")."""


def described(rds: Any, instance_id: str) -> dict[str, Any] | None:
    """The instance as RDS describes it; None when gone or being deleted."""
    try:
        found = rds.describe_db_instances(DBInstanceIdentifier=instance_id)["DBInstances"]
    except ClientError as error:
        if error_code(error) in {"DBInstanceNotFound", "DBInstanceNotFoundFault"}:
            return None
        raise
    return None if not found or found[0]["DBInstanceStatus"] == "deleting" else found[0]


def describe(rds: Any, instance_id: str) -> State | None:
    """The fields on which stopping, starting and resizing depend; None when gone or being deleted."""
    raw = described(rds, instance_id)
    if raw is None:
        return None
    return {
        "state": raw["DBInstanceStatus"],
        "instance_class": raw["DBInstanceClass"],
        "engine": raw["Engine"],
        "multi_az": bool(raw.get("MultiAZ")),
        "cluster_id": raw.get("DBClusterIdentifier"),
        "replica_of": raw.get("ReadReplicaSourceDBInstanceIdentifier"),
        "replica_ids": sorted(raw.get("ReadReplicaDBInstanceIdentifiers", ())),
        "pending_changes": sorted(
            key for key, value in raw.get("PendingModifiedValues", {}).items() if value
        ),
    }


def until_state(rds: Any, instance_id: str, state: str) -> State | None:
    """The instance once its status is `state` (or once it is gone)."""
    return until(
        lambda: describe(rds, instance_id),
        lambda live: live is None or live["state"] == state,
        what=f"database {instance_id} to be {state}",
        pace=DATABASE,
    )
