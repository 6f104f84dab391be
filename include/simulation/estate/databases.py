"""RDS instances and DynamoDB tables."""

from typing import Any

from include.simulation.estate._loads import disk, dynamodb, rds
from include.simulation.estate.ec2 import DEV, PROD, STAGING
from include.simulation.manifest import (
    DEV_EU,
    DEV_US,
    PROD_EU,
    PROD_US,
    Place,
    Resource,
    fail,
    unknown,
    young,
)


def database(name: str, place: Place, class_: str, **more: Any) -> Resource:
    """Half of its storage is in use, unless its telemetry says otherwise."""
    spec = {"class": class_, **more.pop("spec", {})}
    telemetry = more.pop("telemetry")
    storage = disk(spec.get("gib", 100), 0.5, telemetry["CPUUtilization"].days)
    return Resource(
        name, "rds_instances", place, spec, **{"tags": PROD, **more}, telemetry={**storage, **telemetry}
    )


def table(name: str, place: Place, units: int | None, read: float, write: float, **more: Any) -> Resource:
    spec = {"rcu": units, "wcu": units} if units else {}
    spec |= more.pop("spec", {})
    telemetry = more.pop("telemetry", None) or dynamodb(read, write, more.pop("days", None))
    return Resource(name, "dynamodb_tables", place, spec, **{"tags": PROD, "telemetry": telemetry, **more})


IDLE = fail("rds_idle")
OVERSIZED = fail("rds_oversized")
UNUSED = fail("dynamodb_unused")

UNUSED_DATABASE = rds(2, 4, 6, 0)

RESOURCES = [
    database("shop-orders", PROD_EU, "db.m5.xlarge", spec={"multi_az": True, "gib": 500, "protected": True},
             telemetry=rds(48, 70, 4, 180)),
    database(
        "shop-orders-replica", PROD_EU, "db.m5.large", spec={"replica_of": "shop-orders", "gib": 500},
        telemetry=rds(3, 9, 2, 0), resembles={"rds_idle": "a read replica: its work is to follow"},
    ),
    database("shop-reviews", PROD_US, "db.m5.large", spec={"engine": "mysql"}, telemetry=rds(43, 66, 2, 90)),
    database("staging-orders", DEV_EU, "db.t3.medium", tags=STAGING, telemetry=rds(38, 62, 1, 12)),
    database("crm-archive", PROD_EU, "db.m5.large", spec={"gib": 200}, telemetry=UNUSED_DATABASE,
             verdicts=IDLE),
    database("wiki-db", PROD_US, "db.m5.large", spec={"engine": "mysql"}, tags={}, telemetry=UNUSED_DATABASE,
             verdicts=IDLE),
    database("poc-postgres", DEV_EU, "db.m5.large", tags=DEV, telemetry=UNUSED_DATABASE, verdicts=IDLE),
    database("shop-catalog", PROD_EU, "db.m5.xlarge", spec={"multi_az": True, "gib": 300},
             telemetry=rds(9, 22, 12, 25), verdicts=OVERSIZED),
    database("shop-ratings", PROD_US, "db.r5.xlarge", spec={"gib": 150}, telemetry=rds(8, 19, 24, 20),
             verdicts=OVERSIZED),
    database("qa-orders", DEV_EU, "db.m5.xlarge", tags=DEV, telemetry=rds(6, 17, 12, 8), verdicts=OVERSIZED),
    database(
        "shop-sessions", PROD_EU, "db.r5.xlarge", telemetry=rds(12, 26, 3, 60),
        resembles={"rds_oversized": "little CPU, but nine tenths of its memory in use"},
    ),
    database(
        "new-ledger", PROD_US, "db.m5.xlarge", age_days=5, telemetry=rds(4, 9, 13, 0, days=5),
        verdicts=unknown("rds_idle", "rds_oversized"),
        capacity=young("rds_cpu", "rds_storage", "rds_connections", "rds_iops", "rds_throughput"),
    ),
    # Where nobody may list databases: neither is seen.
    database("hidden-idle", DEV_US, "db.m5.large", tags=DEV, telemetry=rds(1, 3, 6, 0)),
    database("hidden-busy", DEV_US, "db.m5.large", tags=DEV, telemetry=rds(50, 80, 2, 70)),
    Resource("crm-archive-2024", "rds_snapshots", PROD_EU, {"instance": "crm-archive"}, PROD, 260),
    Resource("qa-orders-baseline", "rds_snapshots", DEV_EU, {"instance": "qa-orders"}, DEV, 45),
    table("carts", PROD_EU, 40, 3_000, 1_800, resembles={"dynamodb_unused": "read and written all day"}),
    table("sessions", PROD_EU, None, 900, 700),
    table("price-history", PROD_US, 20, 400, 900),
    table("feature-flags-store", DEV_EU, None, 30, 2),
    table("carts-v1", PROD_EU, 100, 0, 0, verdicts=UNUSED, age_days=900),
    table("recommendations-poc", PROD_US, 50, 0, 0, verdicts=UNUSED, age_days=260,
          spec={"index": "by-customer"}),
    table("loadtest-results", DEV_EU, 25, 0, 0, verdicts=UNUSED, age_days=140, tags=DEV),
    table("audit-dead-letters", DEV_US, None, 0, 0, tags=DEV,
          resembles={"dynamodb_unused": "on demand: an unused table costs nothing but its storage"}),
    table("gift-cards", PROD_US, 30, 0, 0, age_days=9, days=9, verdicts=unknown("dynamodb_unused"),
          capacity=young("dynamodb_read", "dynamodb_write")),
]  # fmt: skip
