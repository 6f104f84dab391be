"""Tags of services whose describe calls do not send them, 100 resources per call instead of one."""

from collections.abc import Callable
from typing import Any

from include.aws.collect._calls import items
from include.aws.collect._rows import Tags

TAGGING = {"tagging": "resourcegroupstaggingapi"}


def tags_of(tagging: Any | None, service: str) -> Callable[[str | None], Tags | None]:
    """How to look up the tags of an ARN of `service` (`dynamodb`).

    GetResources lists what has, or had, tags: an ARN it does not name has none (Resource Groups Tagging API
    reference, GetResources). Without a client the tags are None: not read.
    """
    if tagging is None:
        return lambda arn: None
    found = {
        mapping["ResourceARN"]: mapping.get("Tags", [])
        for mapping in items(
            tagging,
            "get_resources",
            "ResourceTagMappingList",
            ResourceTypeFilters=[service],
            PaginationConfig={"PageSize": 100},
        )
    }
    return lambda arn: found.get(arn or "", [])
