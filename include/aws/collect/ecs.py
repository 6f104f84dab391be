"""ECS services, ten per call, with what one task of theirs reserves and runs on."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import batches, items
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc
from include.aws.errors import DENIED, code

log = logging.getLogger("watchkeeper")

SERVICES = 10
"""Services per DescribeServices call (ECS API reference)."""

Reserved = tuple[int | None, int | None]
"""CPU units and MiB of one task."""


@collector(
    "ecs_services",
    client="ecs",
    permissions=(
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
    ),
)
def ecs_services(ecs: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every ECS service in the client's region; what a task is stays null where it may not be read."""
    task = cache(lambda arn: _task(ecs, arn))
    for cluster, services in _names(ecs, ids):
        for some in batches(services, SERVICES):
            for service in _described(ecs, cluster, some):
                yield _row(ecs, cluster, service, task)


def _names(ecs: Any, ids: Sequence[str] | None) -> Iterator[tuple[str, list[str]]]:
    """Clusters with their services, by name."""
    if ids is not None:
        asked: dict[str, list[str]] = defaultdict(list)
        for one in ids:
            cluster, _, service = one.rpartition("/")
            if cluster:
                asked[cluster].append(service)
        yield from asked.items()
        return
    size = {"PageSize": 100}
    for arn in map(str, items(ecs, "list_clusters", "clusterArns", PaginationConfig=size)):
        found = items(ecs, "list_services", "serviceArns", cluster=arn, PaginationConfig=size)
        yield _last(arn), [_last(str(one)) for one in found]


def _described(ecs: Any, cluster: str, services: list[str]) -> list[dict[str, Any]]:
    """What is there of these services; those deleted are inactive or missing in the answer."""
    try:
        answer = ecs.describe_services(cluster=cluster, services=services, include=["TAGS"])
    except ClientError as error:
        if code(error) != "ClusterNotFoundException":
            raise
        return []  # deleted since it was listed
    return [one for one in answer["services"] if one.get("status") != "INACTIVE"]


def _row(ecs: Any, cluster: str, service: dict[str, Any], task: Any) -> Row:
    name, definition = service["serviceName"], service.get("taskDefinition")
    strategy = service.get("capacityProviderStrategy", [])
    tags = [{"Key": tag["key"], "Value": tag.get("value", "")} for tag in service.get("tags", [])]
    row = common(ecs, f"{cluster}/{name}", tags, name=name, arn=service.get("serviceArn"))
    return row | {
        "cluster_name": cluster,
        "service_name": name,
        "state": service.get("status"),
        "launch_type": service.get("launchType"),
        "capacity_providers": sorted(one["capacityProvider"] for one in strategy),
        "scheduling": service.get("schedulingStrategy"),
        "desired_count": service.get("desiredCount"),
        "running_count": service.get("runningCount"),
        "pending_count": service.get("pendingCount"),
        "task_definition": definition,
        "created_at": utc(service.get("createdAt")),
        **(task(definition) if definition else {}),
    }


def _task(ecs: Any, arn: str) -> Row:
    """What a task of this definition reserves and runs on; a definition that is silent means Linux on x86.

    ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", `runtimePlatform`; from memory.
    """
    try:
        found = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        log.warning("%s: refused (%s): what a task reserves and costs is unknown", arn, code(error))
        return {}
    cpu, memory = reserved(found)
    platform = found.get("runtimePlatform", {})
    return {
        "task_cpu_units": cpu,
        "task_memory_mib": memory,
        "task_os": platform.get("operatingSystemFamily", "LINUX"),
        "task_architecture": platform.get("cpuArchitecture", "X86_64"),
        "task_ephemeral_gib": found.get("ephemeralStorage", {}).get("sizeInGiB"),
    }


def reserved(definition: dict[str, Any]) -> Reserved:
    """What a task sets aside: the task's own size, else the sum over its containers where one says it.

    ECS Developer Guide, "Amazon ECS task definition parameters": `memory` is a container's hard limit and
    outranks `memoryReservation`, its soft one.
    """
    containers = definition.get("containerDefinitions", [])
    cpu = [one["cpu"] for one in containers if one.get("cpu")]
    memory = [one.get("memory") or one.get("memoryReservation") for one in containers]
    held = [each for each in memory if each]
    return (
        int(definition["cpu"]) if definition.get("cpu") else sum(cpu) or None,
        int(definition["memory"]) if definition.get("memory") else sum(held) or None,
    )


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
