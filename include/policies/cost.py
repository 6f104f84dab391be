"""Thresholds of the cost checks (`cost.yaml`); each check's own model judges its part."""

from typing import Annotated, Any, Literal

from pydantic import Field

from include.policies._reading import Policy, read


class Telemetry(Policy):
    """How finely CloudWatch is read; a window's expected sample count follows from it."""

    period_seconds: Annotated[int, Field(ge=60, le=86_400, multiple_of=60)] = 3600


class Prices(Policy):
    """Where list prices come from. `price_list_api` asks AWS first (real accounts: pricing:GetProducts)."""

    source: Literal["csv", "price_list_api"] = "csv"


class CostPolicy(Policy):
    """The whole of `cost.yaml`. `checks` maps a check id to overrides of its Thresholds."""

    telemetry: Telemetry = Telemetry()
    prices: Prices = Prices()
    checks: dict[str, dict[str, Any]] = Field(default_factory=dict)


def cost_policy() -> CostPolicy:
    """`cost.yaml`. PolicyError when it cannot be read or is broken."""
    return read("cost.yaml", CostPolicy)
