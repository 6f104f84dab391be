"""Ask AWS for a larger quota. AWS answers in minutes, or opens a support case and answers in days.

Params: `service_code`, `quota_code`, `desired_value`. `resource_id` is `<service code>/<quota code>`. Done
means asked: what is read is the highest value that is in force or asked for, so that a request is made once,
and one that AWS has granted, or somebody else has made, counts. The account's first request ever also needs
`iam:CreateServiceLinkedRole` (Service Quotas User Guide, "Service-linked roles"; from memory, verify).
"""

from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from include.aws.act._common import error_code, never, served_by
from include.aws.act._waiting import SETTING, until_read
from include.core.changes import Effort, Risk, State, Step
from include.core.errors import ActionRefused

SERVICE = "service-quotas"
READ_PERMISSIONS = (
    "servicequotas:GetServiceQuota",
    "servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota",
)
PERMISSIONS = ("servicequotas:RequestServiceQuotaIncrease",)
RISK: Risk = "low"
EFFORT: Effort = "very_low"
RESTART_NEEDED = False
DESTRUCTIVE = False
IRREVERSIBLE_BECAUSE = "a request cannot be withdrawn, and a granted quota is lowered by support alone"

OPEN = {"PENDING", "CASE_OPENED", "APPROVED"}
"""Requests that were not turned down. Those approved count too: the new value may take a while to show."""

service = served_by(SERVICE)
halfway = never


def read(client: Any, resource_id: str, params: State) -> State | None:
    """Whether AWS changes it at all, and the highest value in force or asked for; None: no such quota."""
    which = dict(zip(("ServiceCode", "QuotaCode"), resource_id.split("/", 1), strict=False))
    try:
        quota = client.get_service_quota(**which)["Quota"]
    except ClientError as error:
        if error_code(error) == "NoSuchResourceException":
            return None
        raise
    pages = client.get_paginator("list_requested_service_quota_change_history_by_quota").paginate(**which)
    requests = [one for page in pages for one in page["RequestedQuotas"] if one["Status"] in OPEN]
    values = [quota["Value"], *(one["DesiredValue"] for one in requests)]
    return {"adjustable": bool(quota.get("Adjustable")), "in_force_or_asked_for": float(max(values))}


def after(before: State, params: State) -> State | None:
    """Asked for. ActionRefused: AWS does not change it, or as much is in force or asked for already."""
    if not before["adjustable"]:
        raise ActionRefused("AWS does not adjust this quota. Use less, or another account or region.")
    have, want = _number(before["in_force_or_asked_for"]), _number(params["desired_value"])
    if want < have:
        raise ActionRefused(f"{have:g} is in force or asked for already; expected more than that.")
    return {**before, "in_force_or_asked_for": want}


def act(client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
    """Ask unless it was asked. AWS takes no token: an open request for as much is found by looking."""
    want = after(before, params)
    look = partial(read, client, resource_id, params)
    if look() != want:
        service_code, quota_code = resource_id.split("/", 1)
        client.request_service_quota_increase(
            ServiceCode=service_code, QuotaCode=quota_code, DesiredValue=params["desired_value"]
        )
    until_read(look, want, what=f"quota {resource_id}", pace=SETTING)
    return {}


def inverse(resource_id: str, before: State, params: State, result: State) -> Step | None:
    """None: see IRREVERSIBLE_BECAUSE."""
    return None


def _number(value: Any) -> float:
    return float(value)
