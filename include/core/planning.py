"""How far ahead capacity is planned: policy of a kind of series, known events, and what-if questions."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Days = Annotated[int, Field(ge=1, le=365)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"expected a time zone such as Europe/Berlin, got {name!r}") from error
    return name


TimeZone = Annotated[str, AfterValidator(_zone)]


class Planning(BaseModel):
    """What a plan has to allow for. Defaults are ours unless a source is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lead_time_days: Days = 30
    """From the finding to more capacity in place: sign-off, change window, a quota request's answer."""
    hold_days: Days = 90
    """How long a raised limit is to last: a quarter."""
    safety_margin: Annotated[float, Field(ge=0, le=5)] = 0.2
    """Over the highest usage expected while it holds (Compute Optimizer: 20 % headroom by default)."""
    horizon_days: Days = 180
    """How far ahead dates are named; further away is "not within the horizon"."""


class PlanningOf(BaseModel):
    """Of one kind: what it has otherwise than `Planning`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lead_time_days: Days | None = None
    hold_days: Days | None = None
    safety_margin: Annotated[float, Field(ge=0, le=5)] | None = None
    horizon_days: Days | None = None

    def over(self, general: Planning) -> Planning:
        """`general` with what is set here."""
        return general.model_copy(update=self.model_dump(exclude_none=True))


class Event(BaseModel):
    """What is known to happen: a sale, a launch, a maintenance. It may come back every year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    starts: AwareDatetime
    ends: AwareDatetime
    uplift: Annotated[float, Field(gt=0)] | None = None
    """Factor on the usage while it lasts, where it is known: 1.5 is half as much again."""
    yearly: bool = False
    kinds: tuple[str, ...] = ()
    """Ids of capacity.yaml it concerns; none: all."""

    @model_validator(mode="after")
    def _forward(self) -> "Event":
        if self.ends <= self.starts:
            raise ValueError(f"expected `ends` after `starts` of event {self.name!r}")
        return self

    def concerns(self, kind: str) -> bool:
        """Whether series of this kind feel it."""
        return not self.kinds or kind in self.kinds

    def between(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """Every occurrence that touches [since, until), as (starts, ends)."""
        years = range(since.year - 1, until.year + 2) if self.yearly else [self.starts.year]
        shifted = [self._in(year) for year in years]
        return [(a, b) for a, b in shifted if a < until and b > since]

    def _in(self, year: int) -> tuple[datetime, datetime]:
        """The occurrence of a year; 29 February is 1 March where there is none."""
        try:
            starts = self.starts.replace(year=year)
        except ValueError:
            starts = self.starts.replace(year=year, month=3, day=1)
        return starts, starts + (self.ends - self.starts)


class WhatIf(BaseModel):
    """A question beside the forecast. The defaults ask nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    growth_factor: Annotated[float, Field(ge=0, le=100)] = 1.0
    """Times the growth expected; of what does not grow nothing is left to multiply."""
    launch_at: AwareDatetime | None = None
    """From this day on usage is higher by `launch_percent`, for good."""
    launch_percent: Annotated[float, Field(ge=-100, le=10_000)] = 0.0
    removed_nodes: Annotated[int, Field(ge=0)] = 0
    """Fewer in each fleet (group, service, cluster, stream); those left carry the load."""
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of the limit, instead of each kind's own."""

    @model_validator(mode="after")
    def _whole(self) -> "WhatIf":
        if (self.launch_at is None) != (self.launch_percent == 0):
            raise ValueError("expected launch_at and launch_percent together")
        return self

    @property
    def asks(self) -> bool:
        """Whether it differs from doing nothing."""
        return self != WhatIf()

    def says(self) -> str:
        """The question in words."""
        parts = []
        if self.growth_factor != 1:
            parts.append(f"growth x {self.growth_factor:g}")
        if self.launch_at is not None:
            parts.append(f"{self.launch_percent:+g} % from {self.launch_at:%Y-%m-%d} on")
        if self.removed_nodes:
            parts.append(f"{self.removed_nodes} node{'s' * (self.removed_nodes > 1)} fewer")
        if self.threshold is not None:
            parts.append(f"threshold {self.threshold:.0%}")
        return ", ".join(parts) or "nothing changed"


Scenario = Literal["base", "what_if"]

DAY = timedelta(days=1)
