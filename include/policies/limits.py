"""How much may change at once, in one run and in one day (`limits` of `change.yaml`)."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, PositiveInt

from include.policies._reading import Policy

Percent = Annotated[FiniteFloat, Field(gt=0, le=100)]
Usd = Annotated[FiniteFloat, Field(gt=0)]


class Limit(Policy):
    """Of a fleet (the resources of one type in one account and region) the smaller of count and percent."""

    max_changes: PositiveInt = 50
    max_fleet_percent: Percent = 50
    max_fleet_count: PositiveInt = 50
    max_usd_month: Usd = 50_000
    """Sum of what the changes add to or take from the bill, whatever the sign; unknown prices add nothing."""


class DayLimit(Limit):
    """The last 24 hours, over all runs of all DAGs."""

    max_changes: PositiveInt = 200
    max_fleet_count: PositiveInt = 100
    max_usd_month: Usd = 100_000


class Limits(Policy):
    """Over a limit a plan is cut to its safest part and says what was left out, or is refused as a whole."""

    run: Limit = Limit()
    day: DayLimit = DayLimit()
    max_fleet_min: PositiveInt = 1
    """So many of a fleet may always change: half of a fleet of one would be none, for ever."""
    cooldown_hours: Annotated[FiniteFloat, Field(ge=0)] = 24
    """A resource that was changed is left alone for so long; 0: not at all."""
    over: Literal["cut", "refuse"] = "cut"
