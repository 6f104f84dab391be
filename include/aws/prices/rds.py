"""RDS instances, and storage, IOPS and throughput of one copy: Multi-AZ is billed twice that."""

from include.aws.prices._query import Attributes, Query, by_usage, usage

ENGINES = {
    ("PostgreSQL", ""): "postgres",
    ("MySQL", ""): "mysql",
    ("MariaDB", ""): "mariadb",
    ("Oracle", "Standard Two"): "oracle-se2",
    ("SQL Server", "Express"): "sqlserver-ex",
    ("SQL Server", "Web"): "sqlserver-web",
    ("SQL Server", "Standard"): "sqlserver-se",
    ("SQL Server", "Enterprise"): "sqlserver-ee",
}
ZONES = {"Single-AZ": "single", "Multi-AZ": "multi"}
STORAGE = {
    "General Purpose": "gp2",
    "General Purpose-GP3": "gp3",
    "Provisioned IOPS": "io1",
    "Provisioned IOPS-IO2": "io2",
    "Magnetic": "standard",
}
IOPS = {"RDS:PIOPS": "io1", "RDS:IO2-PIOPS": "io2", "RDS:GP3-PIOPS": "gp3"}
"""By usage type: some IOPS have no `volumeType`."""


def _instance(a: Attributes) -> str | None:
    engine = ENGINES.get((a.get("databaseEngine", ""), a.get("databaseEdition", "")))
    zones = ZONES.get(a.get("deploymentOption", ""))
    if engine is None or zones is None or a.get("licenseModel") == "Bring your own license":
        return None
    return f"rds:{a['instanceType']}:{engine}:{zones}" if "instanceType" in a else None


def _single(a: Attributes) -> bool:
    """One copy, of an engine that stands for the others: storage costs the same for all of them."""
    return a.get("deploymentOption") == "Single-AZ" and a.get("databaseEngine") in {"Any", "PostgreSQL"}


def _storage(a: Attributes) -> str | None:
    kind = STORAGE.get(a.get("volumeType", ""))
    return f"rds:{kind}:gib-month" if kind and _single(a) else None


def _iops(a: Attributes) -> str | None:
    kind = IOPS.get(usage(a))
    return f"rds:{kind}:iops-month" if kind and _single(a) else None


def _throughput(a: Attributes) -> str | None:
    return by_usage({"RDS:GP3-Throughput": "rds:gp3:mibps-month"})(a) if _single(a) else None


QUERIES = (
    Query("AmazonRDS", {"productFamily": "Database Instance"}, _instance, "hour"),
    Query("AmazonRDS", {"productFamily": "Database Storage"}, _storage, "gib-month"),
    Query("AmazonRDS", {"productFamily": "Provisioned IOPS"}, _iops, "iops-month"),
    Query("AmazonRDS", {"productFamily": "Provisioned Throughput"}, _throughput, "mibps-month"),
)
