"""Two APIs that moto 5.2 lacks and capacity reads: Lambda's account settings, and the list of quotas.

VPC's quotas are moto's own; the others are a few that AWS counts the use of, with codes and defaults from
memory: good enough to be simulated, not to be quoted.
"""

import json
from typing import Any

from moto.awslambda import urls as lambda_urls
from moto.awslambda.responses import LambdaResponse
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

CONCURRENCY = 1000
CODE_BYTES = 75 * 1024**3

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
    ServiceQuotasResponse.list_service_quotas = _list_service_quotas  # type: ignore[attr-defined]


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
    service = json.loads(self.body)["ServiceCode"]
    own = [_quota(*one) for one in COUNTED if one[0] == service]
    quotas = [*own, *(VPC_DEFAULT_QUOTAS if service == "vpc" else ())]
    place = f"arn:aws:servicequotas:{self.region}:{self.current_account}"
    return json.dumps({
        "Quotas": [one | {"QuotaArn": f"{place}:{service}/{one['QuotaCode']}"} for one in quotas]
    })


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
