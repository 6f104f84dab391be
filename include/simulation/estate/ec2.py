"""EC2: web shops, workers, batch machines, two groups, and the machines somebody forgot."""

from collections.abc import Mapping
from typing import Any

from include.simulation.estate._loads import BUSY, IDLE, QUIET, ec2
from include.simulation.load import Load
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

PROD = {"Environment": "production", "team": "shop", "cost-center": "4100"}
DEV = {"environment": "development", "team": "platform"}
STAGING = {"env": "staging", "team": "shop"}
IMAGES = {
    PROD_EU: "al2023-prod-eu",
    PROD_US: "al2023-prod-us",
    DEV_EU: "al2023-dev-eu",
    DEV_US: "al2023-dev-us",
}


def image(name: str, place: Place, age_days: float, **spec: Any) -> Resource:
    return Resource(name, "amis", place, spec, {"team": "platform"}, age_days)


def instance(
    name: str,
    place: Place,
    type_: str,
    tags: Mapping[str, str],
    *,
    spec: Mapping[str, Any] | None = None,
    **more: Any,
) -> Resource:
    """A running, busy instance from the place's own image, unless `spec` and `more` say otherwise."""
    full = {"type": type_, "image": IMAGES[place], **(spec or {})}
    return Resource(name, "ec2_instances", place, full, tags, **{"telemetry": BUSY, **more})


def stopped(
    name: str, place: Place, type_: str, tags: Mapping[str, str], days: float, **more: Any
) -> Resource:
    spec = {"stopped_days": days, **more.pop("spec", {})}
    return instance(name, place, type_, tags, spec=spec, telemetry={}, **more)


def member(name: str, place: Place, group: str, index: int, **more: Any) -> Resource:
    """An instance that an Auto Scaling group has launched."""
    return Resource(name, "ec2_instances", place, {"member_of": group, "index": index}, **more)


STOPPED = fail("ec2_stopped")
OLD_TYPE = fail("ec2_previous_generation")
TOO_LARGE = fail("ec2_oversized")

RESOURCES = [
    *(image(name, place, 620) for place, name in IMAGES.items()),
    image("windows-2022-prod", PROD_EU, 300, platform="windows"),
    # Busy and of a current type: nothing to find.
    instance("shop-web-1", PROD_EU, "m6i.xlarge", PROD),
    instance("shop-web-2", PROD_EU, "m6i.xlarge", PROD),
    instance("shop-search-1", PROD_EU, "r6i.xlarge", PROD, telemetry=ec2(55, 88, 20_000),
             capacity={"ec2_cpu": "FAIL"}),
    instance("shop-pdf-win", PROD_EU, "m6i.large", PROD, spec={"image": "windows-2022-prod", "root_gib": 60}),
    instance("shop-web-us-1", PROD_US, "c6i.xlarge", PROD),
    instance("shop-web-us-2", PROD_US, "c6i.xlarge", PROD),
    instance("batch-spot-1", PROD_US, "c6i.large", PROD, spec={"spot": True}, age_days=3),
    instance("ci-runner-1", DEV_EU, "c6i.xlarge", DEV, telemetry=ec2(56, 71, 40_000)),
    instance("ci-runner-2", DEV_EU, "c6i.xlarge", DEV, telemetry=ec2(54, 70, 38_000)),
    instance("staging-web", DEV_US, "m6i.large", STAGING),
    # Idle.
    instance("legacy-crm", PROD_EU, "m6i.large", PROD, telemetry=IDLE, verdicts=fail("ec2_idle")),
    instance("old-wiki", PROD_US, "c6i.large", {}, telemetry=IDLE, verdicts=fail("ec2_idle")),
    instance("poc-vector-db", DEV_EU, "r6i.large", DEV, telemetry=IDLE, verdicts=fail("ec2_idle")),
    instance("loadtest-driver", DEV_US, "m6i.large", DEV, telemetry=IDLE, verdicts=fail("ec2_idle")),
    instance(
        "vpn-relay", PROD_EU, "c6i.large", PROD, telemetry=ec2(1.8, 4.2, 5_200),
        resembles={"ec2_idle": "hardly any CPU, but gigabytes through its network every day"},
    ),
    instance(
        "nightly-export", DEV_EU, "m6i.large", DEV, telemetry=ec2(2.0, 61, 3),
        resembles={"ec2_idle": "sleeps all day and works for an hour"},
    ),
    # Too large.
    instance("catalog-api", PROD_EU, "m6i.xlarge", PROD, telemetry=QUIET, verdicts=TOO_LARGE),
    instance("checkout-us", PROD_US, "c6i.xlarge", PROD, telemetry=QUIET, verdicts=TOO_LARGE),
    instance("staging-api", DEV_EU, "m6i.xlarge", STAGING, telemetry=QUIET, verdicts=TOO_LARGE),
    instance(
        "pricing-engine", PROD_EU, "c6i.xlarge", PROD, telemetry=ec2(44, 57, 2_000),
        resembles={"ec2_oversized": "at half the size it would run at 114 %"},
    ),
    # Too little history to judge.
    instance(
        "feature-flags", DEV_EU, "m6i.xlarge", DEV, age_days=4, telemetry=ec2(2, 4, 2, days=4),
        verdicts=unknown("ec2_idle", "ec2_oversized"), capacity=young("ec2_cpu"),
    ),
    instance(
        "edge-probe", PROD_US, "m6i.xlarge", PROD, telemetry=ec2(2, 4, 2, missing=0.4),
        verdicts=unknown("ec2_idle", "ec2_oversized"), capacity=young("ec2_cpu"),
    ),
    # Stopped.
    stopped("migration-2023", PROD_EU, "m6i.large", PROD, 210, spec={"root_gib": 200}, verdicts=STOPPED),
    stopped("demo-box", DEV_US, "m6i.large", DEV, 75, spec={"root_gib": 80}, verdicts=STOPPED),
    stopped(
        "paused-report", PROD_US, "c6i.large", PROD, 12,
        resembles={"ec2_stopped": "stopped for 12 days only"},
    ),
    stopped(
        "unknown-stop", DEV_EU, "m6i.large", DEV, 90, spec={"stop_reason": "Server.ScheduledStop"},
        verdicts=unknown("ec2_stopped"),
    ),
    # Previous generation.
    instance("orders-db-proxy", PROD_EU, "m4.xlarge", PROD, age_days=1_900, verdicts=OLD_TYPE),
    instance("image-resizer", PROD_US, "c4.2xlarge", PROD, age_days=1_700, verdicts=OLD_TYPE),
    instance("jenkins", DEV_EU, "t2.medium", DEV, age_days=1_500, verdicts=OLD_TYPE),
    instance(
        "cache-warmer", PROD_EU, "r4.xlarge", PROD, age_days=1_600, telemetry=QUIET,
        verdicts=fail("ec2_previous_generation", "ec2_oversized"),
    ),
    # Not touched one by one: their group owns them.
    Resource(
        "shop-workers-template", "launch_templates", PROD_EU,
        {"image": "al2023-prod-eu", "type": "m4.large"},
    ),
    Resource(
        "shop-workers", "autoscaling_groups", PROD_EU, {"template": "shop-workers-template", "size": 2}, PROD,
        telemetry={"GroupInServiceInstances": Load(2), "AWS/EC2 CPUUtilization": Load(1.2, 3.6)},
        steady={"asg_size": "two instances of four at all times"},
    ),
    *(
        member(
            f"shop-worker-{index + 1}", PROD_EU, "shop-workers", index, telemetry=IDLE,
            resembles={
                "ec2_idle": "its Auto Scaling group would replace it",
                "ec2_previous_generation": "its Auto Scaling group decides its type",
            },
        )
        for index in range(2)
    ),
    *(
        instance(
            f"eks-node-{index + 1}", DEV_US, "m6i.xlarge",
            {**DEV, "eks:cluster-name": "shop-dev", "kubernetes.io/cluster/shop-dev": "owned"},
            telemetry=IDLE if index else QUIET,
            resembles={"ec2_idle": "an EKS node"} if index else {"ec2_oversized": "an EKS node"},
        )
        for index in range(2)
    ),
]  # fmt: skip
