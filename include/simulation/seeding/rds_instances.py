"""RDS instances: single, Multi-AZ, and read replicas."""

from typing import Any

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

NAMESPACE = "AWS/RDS"
DIMENSION = "DBInstanceIdentifier"
GP3 = ((3_000, 125), (12_000, 500))
"""IOPS and MiB/s that gp3 comes with, below 400 GiB and from there on (RDS User Guide, from memory)."""


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: class, engine; gib, storage, multi_az, replica_of (logical name), stopped, protected."""
    spec, rds = resource.spec, stage.client("rds")
    tags = aws_tags(resource.tags)
    if "replica_of" in spec:
        rds.create_db_instance_read_replica(
            DBInstanceIdentifier=resource.name,
            SourceDBInstanceIdentifier=stage.ids[spec["replica_of"]],
            DBInstanceClass=spec["class"],
            Tags=tags,
        )
    else:
        _create(rds, resource, tags)
    database = stage.backend("rds").databases[resource.name]
    database.created = stage.ago(resource.age_days)
    database.instance_create_time = stage.ago(resource.age_days)
    if database.storage_type == "gp3":
        database.iops, database.storage_throughput = GP3[database.allocated_storage >= 400]
    if spec.get("stopped"):
        rds.stop_db_instance(DBInstanceIdentifier=resource.name)
    return resource.name


def _create(rds: Any, resource: Resource, tags: list[dict[str, str]]) -> None:
    spec = resource.spec
    rds.create_db_instance(
        DBInstanceIdentifier=resource.name,
        DBInstanceClass=spec["class"],
        Engine=spec.get("engine", "postgres"),
        AllocatedStorage=spec.get("gib", 100),
        StorageType=spec.get("storage", "gp3"),
        MultiAZ=spec.get("multi_az", False),
        MasterUsername="shop",
        MasterUserPassword="simulated-only",
        DeletionProtection=spec.get("protected", False),
        Tags=tags,
    )
