"""What Application Auto Scaling may scale: tables and ECS services of the estate."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage

PREFIXES = {"dynamodb": "table", "ecs": "service"}


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: of (logical name of a table or service), dimension, min, max.

    `resource_id` is `<target>/<dimension>`, as the collector names it.
    """
    spec = resource.spec
    namespace = spec["dimension"].partition(":")[0]
    target = f"{PREFIXES[namespace]}/{stage.ids[spec['of']]}"
    stage.client("application-autoscaling").register_scalable_target(
        ServiceNamespace=namespace,
        ResourceId=target,
        ScalableDimension=spec["dimension"],
        MinCapacity=spec["min"],
        MaxCapacity=spec["max"],
    )
    return f"{target}/{spec['dimension']}"
