"""Which telemetry a collection reads: what the cost checks judge by, and what capacity does not have yet."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.core.metrics import MetricNeed
    from include.lake import Lake


def needed(lake: "Lake", account_id: str, region: str, as_of: datetime) -> "list[MetricNeed]":
    """Every metric to read for one target.

    The cost checks' windows are read whole, for a snapshot is judged by itself. Capacity's history is read
    whole once, then only from where the lake's ends. PolicyError: cost.yaml or capacity.yaml is broken.
    """
    from include.domains.capacity import catalogue
    from include.domains.cost import sweep
    from include.lake.history import due
    from include.policies.capacity import capacity_policy
    from include.policies.cost import cost_policy

    capacity = catalogue.needs(capacity_policy())
    missing = due(capacity, lake.telemetry_windows(account_id, region), as_of=as_of)
    return [*sweep.needs(cost_policy().checks).metrics, *missing]
