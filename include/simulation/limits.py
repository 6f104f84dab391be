"""What moto 5.2 lacks of limits: Lambda's account settings, and most of Service Quotas.

VPC's quotas are moto's own; the others are a few that AWS counts the use of, with codes and defaults from
memory: good enough to be simulated, not to be quoted.
"""

import json
from typing import Any

from moto.awslambda import urls as lambda_urls
from moto.awslambda.responses import LambdaResponse
from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

CONCURRENCY = 1000
CODE_BYTES = 75 * 1024**3
GRANTED_UP_TO = 2
"""Times the value: what a request may ask for to be granted without a human, as far as anybody knows."""

COUNTED = (
    # service, quota code, name, value, dimensions of AWS/Usage ResourceCount
    ("ec2", "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 256.0,
     {"Service": "EC2", "Type": "Resource", "Resource": "vCPU", "Class": "Standard/OnDemand"}),
    ("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 20.0, None),
    ("rds", "L-7B6409FD", "DB instances", 40.0, None),
    ("lambda", "L-B99A9384", "Concurrent executions", float(CONCURRENCY),
     {"Service": "Lambda", "Type": "Resource", "Resource": "ConcurrentExecutions", "Class": "None"}),
    ("elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50.0,
     {"Service": "Elastic Load Balancing", "Type": "Resource", "Class": "None",
      "Resource": "ApplicationLoadBalancersPerRegion"}),
    ("autoscaling", "L-CDE20ADC", "Auto Scaling groups per region", 500.0,
     {"Service": "AutoScaling", "Type": "Resource", "Resource": "NumberOfAutoScalingGroup", "Class": "None"}),
)  # fmt: skip


def install() -> None:
    """Patches this process's moto; again makes no difference."""
    lambda_urls.url_paths[r"{0}/2016-08-19/account-settings/?$"] = LambdaResponse.dispatch
    LambdaResponse.get_account_settings = _account_settings  # type: ignore[attr-defined]
    for name, answer in QUOTA_CALLS.items():
        setattr(ServiceQuotasResponse, name, answer)


def _account_settings(self: Any) -> tuple[int, dict[str, str], str]:
    functions = self.backend.list_functions(None)
    reserved = sum(int(one.reserved_concurrency or 0) for one in functions)
    answer = {
        "AccountLimit": {
            "TotalCodeSize": CODE_BYTES,
            "CodeSizeUnzipped": 250 * 1024**2,
            "CodeSizeZipped": 50 * 1024**2,
            "ConcurrentExecutions": CONCURRENCY,
            "UnreservedConcurrentExecutions": CONCURRENCY - reserved,
        },
        "AccountUsage": {
            "TotalCodeSize": sum(int(one.code_size or 0) for one in functions),
            "FunctionCount": len(functions),
        },
    }
    return 200, {}, json.dumps(answer)


def _list_service_quotas(self: Any) -> str:
    """All of one service's quotas in one page."""
    return json.dumps({"Quotas": _quotas(self, json.loads(self.body)["ServiceCode"])})


def _get_service_quota(self: Any) -> str:
    asked = json.loads(self.body)
    return json.dumps({"Quota": _one(self, asked["ServiceCode"], asked["QuotaCode"])})


def _request_service_quota_increase(self: Any) -> str:
    """Granted at once up to twice what there was; more is left to a support case that nobody works on."""
    asked = json.loads(self.body)
    quota = _one(self, asked["ServiceCode"], asked["QuotaCode"])
    requests = _requests(self)
    granted = asked["DesiredValue"] <= GRANTED_UP_TO * quota["Value"]
    request = {
        "Id": f"{len(requests):032x}",
        "ServiceCode": asked["ServiceCode"],
        "QuotaCode": asked["QuotaCode"],
        "QuotaName": quota["QuotaName"],
        "DesiredValue": asked["DesiredValue"],
        "Status": "APPROVED" if granted else "CASE_OPENED",
        "GlobalQuota": False,
    }
    requests.append(request)
    return json.dumps({"RequestedQuota": request})


def _history_by_quota(self: Any) -> str:
    asked = json.loads(self.body)
    names = ("ServiceCode", "QuotaCode")
    found = [one for one in _requests(self) if all(one[name] == asked[name] for name in names)]
    return json.dumps({"RequestedQuotas": found})


def _requests(self: Any) -> list[dict[str, Any]]:
    """What the account has asked for in the region; moto's reset forgets it."""
    found: list[dict[str, Any]] = vars(self.backend).setdefault("requested", [])
    return found


def _one(self: Any, service: str, code: str) -> dict[str, Any]:
    found = [one for one in _quotas(self, service) if one["QuotaCode"] == code]
    if not found:
        raise NoSuchResource
    return found[0]


def _quotas(self: Any, service: str) -> list[dict[str, Any]]:
    """A service's quotas, each as far as it has been granted."""
    own = [_quota(*one) for one in COUNTED if one[0] == service]
    place = f"arn:aws:servicequotas:{self.region}:{self.current_account}"
    granted = {
        one["QuotaCode"]: one["DesiredValue"]
        for one in _requests(self)
        if one["Status"] == "APPROVED" and one["ServiceCode"] == service
    }
    return [
        one
        | {"QuotaArn": f"{place}:{service}/{one['QuotaCode']}"}
        | ({"Value": granted[one["QuotaCode"]]} if one["QuotaCode"] in granted else {})
        for one in [*own, *(VPC_DEFAULT_QUOTAS if service == "vpc" else ())]
    ]


def _quota(
    service: str, code: str, name: str, value: float, dimensions: dict[str, str] | None
) -> dict[str, Any]:
    usage = {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": dimensions,
        "MetricStatisticRecommendation": "Maximum",
    }
    quota = {
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaName": name,
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }
    return quota | ({"UsageMetric": usage} if dimensions else {})


QUOTA_CALLS = {
    "list_service_quotas": _list_service_quotas,
    "get_service_quota": _get_service_quota,
    "request_service_quota_increase": _request_service_quota_increase,
    "list_requested_service_quota_change_history_by_quota": _history_by_quota,
}
"""moto has the second, for VPC alone."""
