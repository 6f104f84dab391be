"""Load balancers of both generations, with the health of what is registered behind them."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import batches, items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import Tags, common, utc
from include.aws.errors import DENIED, code

log = logging.getLogger("watchkeeper")

PAGE = {"PageSize": 400}
TAG_BATCH = 20
"""Load balancers per DescribeTags call, both generations."""

Health = tuple[int, int] | None
"""Registered and healthy targets; None: we may not know."""


@collector(
    "load_balancers",
    client="elbv2",
    also={"classic": "elb"},
    permissions=(
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:DescribeInstanceHealth",
    ),
    arn="arn:{partition}:elasticloadbalancing:{region}:{account_id}:loadbalancer/{resource_id}",
)
def load_balancers(
    elbv2: Any, ids: Sequence[str] | None = None, *, classic: Any | None = None
) -> Iterator[Row]:
    """Application, network and gateway load balancers; with a `classic` client (`elb`) the classic ones too.

    `target_count` and `healthy_count` are null where their health may not be read: unknown, not zero.
    """
    yield from _current(elbv2, ids)
    if classic is not None:
        yield from _classic(classic, ids)


def _current(elbv2: Any, ids: Sequence[str] | None) -> Iterator[Row]:
    found = items(elbv2, "describe_load_balancers", "LoadBalancers", PaginationConfig=PAGE)
    balancers = [one for one in found if wanted(one["LoadBalancerArn"], ids)]
    if not balancers:
        return
    tags = _tags(elbv2, "ResourceArn", {"ResourceArns": [one["LoadBalancerArn"] for one in balancers]})
    groups: dict[str, list[str]] = defaultdict(list)
    for group in items(elbv2, "describe_target_groups", "TargetGroups", PaginationConfig=PAGE):
        for arn in group.get("LoadBalancerArns", []):
            groups[arn].append(group["TargetGroupArn"])
    health = cache(lambda group: _target_health(elbv2, group))
    for one in balancers:
        arn = one["LoadBalancerArn"]
        row = common(elbv2, arn, tags.get(arn, []), name=one.get("LoadBalancerName"), arn=arn)
        yield row | _facts(one) | _counts(groups[arn], [health(group) for group in groups[arn]])


def _facts(one: dict[str, Any]) -> Row:
    return {
        "kind": one.get("Type"),
        "state": one.get("State", {}).get("Code"),
        "scheme": one.get("Scheme"),
        "dns_name": one.get("DNSName"),
        "vpc_id": one.get("VpcId"),
        "created_at": utc(one.get("CreatedTime")),
        "metric_dimension": one["LoadBalancerArn"].split(":loadbalancer/")[-1],
    }


def _counts(groups: list[str], health: list[Health]) -> Row:
    known = [one for one in health if one is not None]
    whole = len(known) == len(groups)
    return {
        "target_group_count": len(groups),
        "target_count": sum(one[0] for one in known) if whole else None,
        "healthy_count": sum(one[1] for one in known) if whole else None,
    }


def _target_health(elbv2: Any, group: str) -> Health:
    try:
        targets = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    except ClientError as error:
        if code(error) == "TargetGroupNotFound":
            return 0, 0  # deleted since it was listed
        _say_if_refused(error, group)
        return None
    return len(targets), sum(target["TargetHealth"]["State"] == "healthy" for target in targets)


def _classic(elb: Any, ids: Sequence[str] | None) -> Iterator[Row]:
    found = items(elb, "describe_load_balancers", "LoadBalancerDescriptions", PaginationConfig=PAGE)
    balancers = [one for one in found if wanted(one["LoadBalancerName"], ids)]
    tags = _tags(
        elb, "LoadBalancerName", {"LoadBalancerNames": [one["LoadBalancerName"] for one in balancers]}
    )
    for one in balancers:
        name = one["LoadBalancerName"]
        registered = len(one.get("Instances", []))
        health = _instance_health(elb, name) if registered else (0, 0)
        yield common(elb, name, tags.get(name, []), name=name) | {
            "kind": "classic",
            "state": "active",  # DescribeLoadBalancers of this generation has no state
            "scheme": one.get("Scheme"),
            "dns_name": one.get("DNSName"),
            "vpc_id": one.get("VPCId"),
            "created_at": utc(one.get("CreatedTime")),
            "target_group_count": 0,
            "target_count": registered,
            "healthy_count": health[1] if health is not None else None,
            "metric_dimension": name,
        }


def _instance_health(elb: Any, name: str) -> Health:
    try:
        states = elb.describe_instance_health(LoadBalancerName=name)["InstanceStates"]
    except ClientError as error:
        if code(error) == "LoadBalancerNotFound":
            return 0, 0  # deleted since it was listed
        _say_if_refused(error, name)
        return None
    return len(states), sum(state["State"] == "InService" for state in states)


def _say_if_refused(error: ClientError, what: str) -> None:
    """A refused call is said in the log; any other error goes on."""
    if code(error) not in DENIED:
        raise error
    log.warning("%s: %s refused (%s): its health is unknown", what, error.operation_name, code(error))


def _tags(client: Any, key: str, asked: dict[str, list[str]]) -> dict[str, Tags]:
    [(parameter, names)] = asked.items()
    return {
        described[key]: described.get("Tags", [])
        for some in batches(names, TAG_BATCH)
        for described in client.describe_tags(**{parameter: some})["TagDescriptions"]
    }
