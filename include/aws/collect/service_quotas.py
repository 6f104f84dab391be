"""Service quotas as they apply to the account, with the metric that counts their use where AWS has one."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from include.aws.collect._calls import items, wanted
from include.aws.collect._collector import Row, collector
from include.aws.collect._rows import common
from include.aws.errors import code

SERVICES = (
    "autoscaling",
    "dynamodb",
    "ebs",
    "ec2",
    "ecs",
    "elasticache",
    "elasticloadbalancing",
    "fargate",
    "kinesis",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "vpc",
)
"""Service codes whose resources the other collectors read."""


@collector("service_quotas", client="service-quotas", permissions=("servicequotas:ListServiceQuotas",))
def service_quotas(quotas: Any, ids: Sequence[str] | None = None) -> Iterator[Row]:
    """Every applied quota of SERVICES in the client's region.

    Left out, as ListServiceQuotas leaves it out: a quota of which AWS knows only the default value.
    """
    services = SERVICES if ids is None else sorted({one.partition("/")[0] for one in ids} & set(SERVICES))
    for service in services:
        try:
            found = list(_quotas(quotas, service))
        except ClientError as error:
            if code(error) != "NoSuchResourceException":
                raise
            continue  # not offered in this region
        for quota in found:
            if wanted(f"{service}/{quota['QuotaCode']}", ids):
                yield _row(quotas, service, quota)


def _quotas(quotas: Any, service: str) -> Iterator[dict[str, Any]]:
    pages = {"PageSize": 100}
    return items(quotas, "list_service_quotas", "Quotas", ServiceCode=service, PaginationConfig=pages)


def _row(quotas: Any, service: str, quota: dict[str, Any]) -> Row:
    usage = quota.get("UsageMetric") or {}
    dimensions = usage.get("MetricDimensions") or {}
    resource_id = f"{service}/{quota['QuotaCode']}"
    return common(quotas, resource_id, None, name=quota.get("QuotaName"), arn=quota.get("QuotaArn")) | {
        "service_code": service,
        "quota_code": quota["QuotaCode"],
        "value": quota.get("Value"),
        "unit": quota.get("Unit"),
        "adjustable": quota.get("Adjustable"),
        "global_quota": quota.get("GlobalQuota"),
        "usage_namespace": usage.get("MetricNamespace"),
        "usage_metric": usage.get("MetricName"),
        "usage_statistic": usage.get("MetricStatisticRecommendation"),
        "usage_dimensions": [{"key": key, "value": dimensions[key]} for key in sorted(dimensions)],
    }
