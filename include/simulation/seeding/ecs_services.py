"""ECS services on Fargate, each with a task definition of its own."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage

NAMESPACE = "AWS/ECS"


def dimensions(_: Resource, resource_id: str) -> dict[str, str]:
    """Cluster and service."""
    cluster, service = resource_id.split("/")
    return {"ClusterName": cluster, "ServiceName": service}


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: cluster, service, tasks; cpu (units), memory (MiB). `resource_id` is `<cluster>/<service>`."""
    ecs, spec = stage.client("ecs"), resource.spec
    ecs.create_cluster(clusterName=spec["cluster"])  # again: it is there already
    memory = spec.get("memory", 1024)
    ecs.register_task_definition(
        family=resource.name,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu=str(spec.get("cpu", 512)),
        memory=str(memory),
        containerDefinitions=[{"name": "app", "image": "shop/app", "memory": memory}],
    )
    ecs.create_service(
        cluster=spec["cluster"],
        serviceName=spec["service"],
        taskDefinition=resource.name,
        desiredCount=spec["tasks"],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [stage.subnet()], "securityGroups": []}},
        tags=[{"key": key, "value": value} for key, value in resource.tags.items()],
    )
    return f"{spec['cluster']}/{spec['service']}"
