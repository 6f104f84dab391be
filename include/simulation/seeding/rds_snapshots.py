"""Manual RDS snapshots."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: instance (logical name). `resource_id` is the snapshot's identifier."""
    stage.client("rds").create_db_snapshot(
        DBSnapshotIdentifier=resource.name,
        DBInstanceIdentifier=stage.ids[resource.spec["instance"]],
        Tags=aws_tags(resource.tags),
    )
    snapshot = stage.backend("rds").database_snapshots[resource.name]
    snapshot.created = stage.ago(resource.age_days)
    snapshot.original_snapshot_create_time = snapshot.created
    return resource.name
