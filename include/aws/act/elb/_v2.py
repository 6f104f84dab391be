"""Application, network and gateway load balancers (API `elbv2`), named by ARN."""

from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.aws.act._waiting import STATE, wait
from include.core.changes import State


def read(elbv2: Any, arn: str) -> State | None:
    """Kind, state, DNS name, deletion protection, and every target of every target group; None when gone."""
    try:
        found = elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    except ClientError as error:
        if error_code(error) == "LoadBalancerNotFound":
            return None
        raise
    if not found:
        return None
    return {
        "kind": found[0]["Type"],
        "state": found[0]["State"]["Code"],
        "dns_name": found[0]["DNSName"],
        "deletion_protection": _protected(elbv2, arn),
        "target_ids": _targets(elbv2, arn),
    }


def delete(elbv2: Any, arn: str) -> None:
    """AWS answers with success when it is gone already, and refuses one that is protected."""
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    wait(elbv2, "load_balancers_deleted", STATE, LoadBalancerArns=[arn])


def _protected(elbv2: Any, arn: str) -> bool:
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {"Key": "deletion_protection.enabled", "Value": "true"} in attributes


def _targets(elbv2: Any, arn: str) -> Any:
    """Sorted ids of the registered targets, healthy or not."""
    pages = elbv2.get_paginator("describe_target_groups").paginate(LoadBalancerArn=arn)
    groups = [group["TargetGroupArn"] for page in pages for group in page["TargetGroups"]]
    health = [elbv2.describe_target_health(TargetGroupArn=group) for group in groups]
    return sorted({one["Target"]["Id"] for answer in health for one in answer["TargetHealthDescriptions"]})
