"""Application Auto Scaling's targets: how far it may take tables and ECS services."""

from collections.abc import Iterator, Sequence
from typing import Any

from include.aws.collect._calls import items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common, utc

NAMESPACES = ("dynamodb", "ecs")
"""Services whose resources the other collectors read."""


@collector(
    "scaling_targets",
    client="application-autoscaling",
    permissions=("application-autoscaling:DescribeScalableTargets",),
    arn="arn:{partition}:application-autoscaling:{region}:{account_id}:scalable-target/{resource_id}",
)
def scaling_targets(scaling: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every scalable target of NAMESPACES in the client's region. Tags are not read: few tag these."""
    for namespace in NAMESPACES if ids is None or ids else ():
        pages = items(scaling, "describe_scalable_targets", "ScalableTargets", ServiceNamespace=namespace)
        for target in pages:
            resource_id = f"{target['ResourceId']}/{target['ScalableDimension']}"
            if wanted(resource_id, ids):
                yield _row(scaling, resource_id, target)


def _row(scaling: Any, resource_id: str, target: dict[str, Any]) -> Row:
    suspended = target.get("SuspendedState") or {}
    arn = target.get("ScalableTargetARN")
    return common(scaling, resource_id, None, name=target["ResourceId"], arn=arn) | {
        "service": target["ServiceNamespace"],
        "target": target["ResourceId"],
        "dimension": target["ScalableDimension"],
        "min_capacity": target.get("MinCapacity"),
        "max_capacity": target.get("MaxCapacity"),
        "scale_out_suspended": suspended.get("DynamicScalingOutSuspended", False),
        "created_at": utc(target.get("CreationTime")),
    }
