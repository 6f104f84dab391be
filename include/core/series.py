"""Which series capacity follows: what is measured, what it grows to, from when on to plan. Data, no rules."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from include.core.planning import Event, Planning, PlanningOf, TimeZone

Text = Annotated[str, Field(min_length=1)]
Columns = dict[str, tuple[str, ...]]
Season = Literal["day", "week", "month", "year"]
Statistic = Literal["Average", "Maximum", "Minimum", "Sum", "SampleCount"]


class Part(BaseModel):
    """A part of the table: unknown fields are mistakes, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(Part):
    """One place a limit may come from: a constant, a column, or metrics CloudWatch sends beside the usage.

    A column is the resource's own, or of another `dataset`: of its row whose columns have the values that
    `match` builds from the resource's (`{target: "table/{resource_id}"}`), else of the account's one row.
    """

    constant: Annotated[float, Field(gt=0)] | None = None
    column: Text | None = None
    metrics: tuple[Text, ...] = ()
    dataset: Text | None = None
    match: dict[str, Text] = Field(default_factory=dict)
    where: Columns = Field(default_factory=dict)
    times: Annotated[float, Field(gt=0)] = 1.0
    """Into the unit of the usage."""

    @model_validator(mode="after")
    def _one_source(self) -> "Limit":
        if sum((self.constant is not None, self.column is not None, bool(self.metrics))) != 1:
            raise ValueError("expected exactly one of constant, column and metrics")
        if self.column is None and (self.dataset or self.match or self.where):
            raise ValueError("expected dataset, match and where beside a column only")
        if self.dataset is None and (self.match or self.where):
            raise ValueError("expected match and where beside a dataset only")
        return self


class SeriesKind(Part):
    """One kind of series, for every resource of `dataset` that `where` leaves."""

    title: Text
    dataset: Text
    where: Columns = Field(default_factory=dict)
    """Column to the values it may have."""
    namespace: Text
    metrics: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Added up; a moment counts when all of them have a point."""
    statistic: Statistic
    dimensions: dict[str, Text] = Field(default_factory=dict)
    """CloudWatch dimension to the column of its value, or the value itself: `=StandardStorage`."""
    dimensions_from: Text | None = None
    """A column that lists dimensions with their values."""
    period_seconds: Annotated[int, Field(ge=0, multiple_of=60)] = 0
    """0: as finely as telemetry is read."""
    per_second: bool = False
    """A sum over the period, to be read as a rate."""
    times: Annotated[float, Field(gt=0)] = 1.0
    """Into `unit`."""
    unit: Text
    free_of: Limit | None = None
    """Measured is what is left of this: it shrinks to 0, and the usage is the difference."""
    limit: tuple[Limit, ...] = ()
    """The first that is known counts. None: growth only, nothing runs out."""
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of the limit from which on there is to be a plan."""
    source: Text
    """Where metric, limit and threshold come from."""
    seasons: tuple[Season, ...] = ("day", "week")
    """What is likely to repeat; a hint for the choice of models."""
    optional: bool = False
    """Sent by an agent, an add-on, or while in use only: that it is missing says nothing."""
    unlimited: bool = False
    """Without a known limit a resource has none, and is not followed; otherwise its limit is unknown."""
    planning: PlanningOf = PlanningOf()
    """What this kind allows for otherwise than the rest."""
    enabled: bool = True

    @property
    def direction(self) -> Literal["up", "down"]:
        """What CloudWatch's own values do as it runs out."""
        return "down" if self.free_of else "up"

    @model_validator(mode="after")
    def _whole(self) -> "SeriesKind":
        if bool(self.limit) != (self.threshold is not None):
            raise ValueError("expected a threshold beside a limit, and none without")
        if self.dimensions and self.dimensions_from:
            raise ValueError("expected dimensions or dimensions_from, not both")
        if len(self.limit) > 1 and any(one.metrics for one in self.limit):
            raise ValueError("expected metrics as the only limit")
        if self.free_of is not None and self.free_of.metrics:
            raise ValueError("expected free_of as a constant or a column")
        return self


class SeriesTable(Part):
    """Every kind of series by its id, and how far back they are read."""

    history_days: Annotated[int, Field(ge=14, le=455)] = 92
    """CloudWatch keeps hourly points for 455 days."""
    time_zone: TimeZone = "UTC"
    """Whose days and weeks usage follows: a day there has 23 to 25 hours."""
    planning: Planning = Planning()
    events: tuple[Event, ...] = ()
    series: dict[str, SeriesKind] = Field(default_factory=dict)

    def planned(self, kind: str) -> Planning:
        """What a plan for series of this kind has to allow for."""
        return self.series[kind].planning.over(self.planning)

    def enabled(self) -> dict[str, SeriesKind]:
        """The kinds that are switched on."""
        return {name: kind for name, kind in self.series.items() if kind.enabled}
