"""What grows: resources that run out in three to four weeks, and some that only look as if they did."""

from typing import Any

from include.simulation.estate._loads import BUSY, GIB, dynamodb, per_second, rds
from include.simulation.estate.databases import database, table
from include.simulation.estate.ebs import attached
from include.simulation.estate.ec2 import DEV, IMAGES, PROD, member
from include.simulation.load import Load
from include.simulation.manifest import DEV_EU, PROD_EU, PROD_US, Place, Resource, RunsOut

HOUR = 3600
CPU = "AWS/EC2 CPUUtilization"
VCPUS = {"service": "ec2", "code": "L-1216C47A"}
TASKS = "ecs:service:DesiredCount"
MIB = 2**20
INSTANCES, CLICKS = "GroupInServiceInstances", "IncomingBytes"


def sums(level: float, *metrics: str) -> RunsOut:
    """Reaches so much a second, of metrics that CloudWatch sums up over the hour."""
    return RunsOut(metrics, "Sum", level * HOUR)


def service(cpu: Load) -> dict[str, Load]:
    """CPU and memory of an ECS service, in percent of what its tasks reserve."""
    return {"CPUUtilization": cpu, "MemoryUtilization": Load(38, 52, 20)}


def ecs(name: str, place: Place, tasks: int, **more: Any) -> Resource:
    spec = {"cluster": "shop", "service": name, "tasks": tasks}
    return Resource(f"shop-service-{name}", "ecs_services", place, spec, PROD, **more)


def fleet(name: str, place: Place, cpu: Load, remedy: str) -> list[Resource]:
    """A group of two that is short of CPU at its busiest, with its template and instances."""
    spec = {"image": IMAGES[place], "type": "m6i.large"}
    template = Resource(f"{name}-template", "launch_templates", place, spec)
    group = Resource(
        name, "autoscaling_groups", place, {"template": template.name, "size": 2}, PROD,
        telemetry={CPU: cpu}, capacity={"asg_cpu": "FAIL"}, remedies={"asg_cpu": remedy},
    )  # fmt: skip
    return [template, group, *(member(f"{name}-{n + 1}", place, name, n, telemetry=BUSY) for n in range(2))]


def scaling(name: str, of: str, place: Place, dimension: str, most: int) -> Resource:
    return Resource(name, "scaling_targets", place, {"of": of, "dimension": dimension, "min": 2, "max": most})


RESOURCES = [
    # Run out in three to four weeks.
    database(
        "shop-invoices", PROD_EU, "db.m5.large", spec={"gib": 1_000},
        telemetry={
            **rds(44, 63, 2, 60),
            "FreeStorageSpace": Load(160 * GIB, 162 * GIB, 158 * GIB, 0.01, per_day=-7.6 * GIB),
        },
        capacity={"rds_storage": RunsOut(("FreeStorageSpace",), "Minimum", 0, falls=True)},
    ),
    Resource(
        "shop-api-template", "launch_templates", PROD_EU, {"image": "al2023-prod-eu", "type": "m6i.large"},
    ),
    Resource(
        "shop-api", "autoscaling_groups", PROD_EU, {"template": "shop-api-template", "size": 6, "max": 10},
        PROD,
        telemetry={
            INSTANCES: Load(5.4, 8.4, 3, 0.4, 17, per_day=0.045, weekend=0.8, whole=True),
            CPU: Load(48, 62, 20),
        },
        capacity={"asg_size": RunsOut((INSTANCES,), "Maximum", 10)},
    ),
    *(member(f"shop-api-{n + 1}", PROD_EU, "shop-api", n, telemetry=BUSY) for n in range(6)),
    table(
        "shop-baskets", PROD_EU, 200, 0, 0,
        telemetry={
            "ConsumedReadCapacityUnits": per_second(134, per_day=1.2),
            "ConsumedWriteCapacityUnits": per_second(40),
        },
        capacity={"dynamodb_read": sums(200, "ConsumedReadCapacityUnits")},
        steady={"dynamodb_write": "a quarter of what is provisioned, and not growing"},
    ),
    attached(
        "events-data", PROD_EU, "gp3", 400, "shop-web-2",
        telemetry={"VolumeReadOps": per_second(700), "VolumeWriteOps": per_second(1_450, per_day=15)},
        capacity={"ebs_iops": sums(3_000, "VolumeReadOps", "VolumeWriteOps")},
    ),
    Resource(
        "checkout-hook", "lambda_functions", PROD_EU, {"memory": 512, "reserved": 100}, PROD,
        telemetry={"ConcurrentExecutions": Load(58, 84, 5, 0.3, per_day=0.6, whole=True)},
        capacity={"lambda_function": RunsOut(("ConcurrentExecutions",), "Maximum", 100)},
    ),
    Resource(
        "shop-clicks", "kinesis_streams", PROD_EU, {"shards": 4}, PROD,
        telemetry={CLICKS: per_second(2.8e6, per_day=27e3), "IncomingRecords": per_second(900)},
        capacity={"kinesis_in_bytes": sums(4 * MIB, CLICKS)},
        steady={"kinesis_in_records": "a quarter of what the shards take"},
    ),
    ecs(
        "checkout", PROD_EU, 6, telemetry=service(Load(55, 86, 20, 0.3, 15, per_day=0.55)),
        capacity={"ecs_cpu": RunsOut(("CPUUtilization",), "Maximum", 100)},
        steady={"ecs_memory": "half of what its tasks reserve"},
    ),
    ecs(
        "render", PROD_EU, 10,
        telemetry=service(Load(50, 64, 20)) | {
            "ECS/ContainerInsights RunningTaskCount": Load(12, 16.6, 4, 0.3, 20, per_day=0.12, whole=True)
        },
        capacity={"ecs_tasks": RunsOut(("ECS/ContainerInsights RunningTaskCount",), "Maximum", 20)},
    ),
    scaling("render-scaling", "shop-service-render", PROD_EU, TASKS, 20),
    Resource(
        "vcpus-us", "service_quotas", PROD_US, VCPUS,
        telemetry={"ResourceCount": Load(215, 222, 200, 0.02, per_day=1.4, whole=True)},
        capacity={"quota": RunsOut(("ResourceCount",), "Maximum", 256)},
    ),
    # Short of CPU at their busiest: in office hours only and, which looks alike, all week.
    *fleet(
        "shop-tills", PROD_EU, Load(86, 90, 20, 0.04, 12, weekend=0.45, quiet=(18, 8, 0.45)),
        "autoscaling.set_schedule",
    ),
    *fleet("shop-feeds", PROD_US, Load(86, 90, 20, 0.04, 12), "autoscaling.set_group_limits"),
    # Look as if they did.
    database(
        "shop-media", PROD_EU, "db.m5.large", spec={"gib": 400},
        telemetry={
            **rds(42, 60, 2, 40),
            "FreeStorageSpace": Load(
                150 * GIB, 152 * GIB, 148 * GIB, 0.01, per_day=-0.25 * GIB, jump=(30, 120 * GIB)
            ),
        },
        steady={"rds_storage": "was nearly full, got 120 GiB more a month ago, and grows slowly"},
    ),
    database(
        "shop-audit", PROD_US, "db.m5.large", spec={"gib": 400},
        telemetry={**rds(42, 60, 2, 40), "FreeStorageSpace": Load(100 * GIB, 102 * GIB, 98 * GIB, 0.01)},
        steady={"rds_storage": "three quarters full, for a quarter by now"},
    ),
    table(
        "shop-prices", PROD_EU, 50, 0, 0,
        telemetry={
            "ConsumedReadCapacityUnits": per_second(38, swing=0.1),
            "ConsumedWriteCapacityUnits": per_second(12),
        },
        steady={"dynamodb_read": "nine tenths of what is provisioned, but it may scale to 400"},
    ),
    scaling("prices-scaling", "shop-prices", PROD_EU, "dynamodb:table:ReadCapacityUnits", 400),
    table(
        "build-cache", DEV_EU, 40, 0, 0, tags=DEV, telemetry=dynamodb(40 * 300 * 0.5, 40 * 300 * 0.2),
        steady={"dynamodb_read": "half of what is provisioned"},
    ),
    Resource(
        "audit-trail", "kinesis_streams", PROD_US, {"shards": 2}, PROD,
        telemetry={
            "IncomingBytes": per_second(1.0e6, silent=(40, 34)),
            "IncomingRecords": per_second(300, silent=(40, 34)),
        },
        steady={"kinesis_in_bytes": "half full; there was no telemetry for six days"},
    ),
    ecs("web", PROD_EU, 4, telemetry=service(Load(46, 66, 20, weekend=0.7)),
        steady={"ecs_cpu": "the same every week"}),
    Resource(
        "vcpus-eu", "service_quotas", PROD_EU, VCPUS,
        telemetry={"ResourceCount": Load(96, 104, 88, whole=True)},
        steady={"quota": "two fifths, for a quarter by now"},
    ),
]  # fmt: skip
