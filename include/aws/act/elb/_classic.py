"""Classic load balancers: another API (`elb`), named instead of numbered, no deletion protection."""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import State

NOT_FOUND = {"LoadBalancerNotFound", "AccessPointNotFound"}


def read(elb: Any, name: str) -> State | None:
    """As the other kinds are read; None when gone."""
    try:
        found = elb.describe_load_balancers(LoadBalancerNames=[name])["LoadBalancerDescriptions"]
    except ClientError as error:
        if error_code(error) in NOT_FOUND:
            return None
        raise
    if not found:
        return None
    return {
        "kind": "classic",
        "state": "active",
        "dns_name": found[0]["DNSName"],
        "deletion_protection": False,
        "target_ids": sorted(instance["InstanceId"] for instance in found[0]["Instances"]),
    }


def delete(elb: Any, name: str) -> None:
    """AWS answers with success when there is none of that name."""
    elb.delete_load_balancer(LoadBalancerName=name)
    until_read(partial(read, elb, name), None, what=f"load balancer {name}", pace=SETTING)
