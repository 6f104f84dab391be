"""RDS database instances and instance snapshots."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, only
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc

PAGE = {"PageSize": 100}


@collector("rds_instances", client="rds", permissions=("rds:DescribeDBInstances",))
def rds_instances(rds: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every database instance in the client's region, members of Aurora and other clusters too."""
    for asked in only("db-instance-id", ids):
        for instance in items(rds, "describe_db_instances", "DBInstances", PaginationConfig=PAGE, **asked):
            yield _instance(rds, instance)


@collector("rds_snapshots", client="rds", permissions=("rds:DescribeDBSnapshots",))
def rds_snapshots(rds: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every instance snapshot of this account in the client's region, manual and automated."""
    for asked in only("db-snapshot-id", ids):
        for snapshot in items(rds, "describe_db_snapshots", "DBSnapshots", PaginationConfig=PAGE, **asked):
            yield _snapshot(rds, snapshot)


def stop_blocked_because(instance: dict[str, Any]) -> str | None:
    """Why StopDBInstance would be refused; None: it would not be.

    RDS User Guide, "Stopping an Amazon RDS DB instance temporarily", limitations; API reference,
    StopDBInstance.
    """
    engine, state = instance.get("Engine", ""), instance.get("DBInstanceStatus")
    if instance.get("DBClusterIdentifier"):
        return f"it is a member of cluster {instance['DBClusterIdentifier']}: only the cluster can be stopped"
    if engine.startswith("custom-"):
        return "RDS Custom instances cannot be stopped"
    if _source(instance):
        return f"it is a read replica of {_source(instance)}"
    if _replicas(instance):
        return f"it has read replicas: {', '.join(_replicas(instance))}"
    if engine.startswith("sqlserver") and instance.get("MultiAZ"):
        return "SQL Server in Multi-AZ cannot be stopped"
    if state != "available":
        return f"it is {state}, not available"
    return None


def _source(instance: dict[str, Any]) -> str | None:
    found: str | None = (
        instance.get("ReadReplicaSourceDBInstanceIdentifier")
        or instance.get("ReadReplicaSourceDBClusterIdentifier")
        or None
    )
    return found


def _replicas(instance: dict[str, Any]) -> list[str]:
    return [
        *instance.get("ReadReplicaDBInstanceIdentifiers", []),
        *instance.get("ReadReplicaDBClusterIdentifiers", []),
    ]


def _instance(rds: Any, instance: dict[str, Any]) -> Row:
    name = instance["DBInstanceIdentifier"]
    return common(rds, name, instance.get("TagList", []), name=name, arn=instance.get("DBInstanceArn")) | {
        "instance_class": instance.get("DBInstanceClass"),
        "engine": instance.get("Engine"),
        "engine_version": instance.get("EngineVersion"),
        "state": instance.get("DBInstanceStatus"),
        "multi_az": instance.get("MultiAZ"),
        "storage_type": instance.get("StorageType"),
        "allocated_gib": instance.get("AllocatedStorage"),
        "max_allocated_gib": instance.get("MaxAllocatedStorage"),
        "iops": instance.get("Iops"),
        "throughput_mibps": instance.get("StorageThroughput"),
        "created_at": utc(instance.get("InstanceCreateTime")),
        "replica_of": _source(instance),
        "replica_ids": _replicas(instance),
        "cluster_id": instance.get("DBClusterIdentifier") or None,
        "license_model": instance.get("LicenseModel"),
        "deletion_protection": instance.get("DeletionProtection"),
        "stop_blocked_because": stop_blocked_because(instance),
    }


def _snapshot(rds: Any, snapshot: dict[str, Any]) -> Row:
    name = snapshot["DBSnapshotIdentifier"]
    kind = snapshot.get("SnapshotType")
    return common(
        rds,
        name,
        snapshot.get("TagList", []),
        name=name,
        arn=snapshot.get("DBSnapshotArn"),
        managed_by="aws_backup" if kind == "awsbackup" else None,
    ) | {
        "db_instance_id": snapshot.get("DBInstanceIdentifier"),
        "snapshot_type": kind,
        "state": snapshot.get("Status"),
        "engine": snapshot.get("Engine"),
        "allocated_gib": snapshot.get("AllocatedStorage"),
        "encrypted": snapshot.get("Encrypted"),
        "created_at": utc(snapshot.get("SnapshotCreateTime")),
    }
