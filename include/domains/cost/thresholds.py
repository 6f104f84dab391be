"""What the checks' thresholds have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(gt=0, le=1)]
Percent = Annotated[float, Field(gt=0, le=100)]
Days = Annotated[int, Field(ge=1)]


class Settings(BaseModel):
    """A check's thresholds; `cost.yaml` overrides them by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Observed(Settings):
    """Thresholds of a check that reads telemetry."""

    min_coverage: Share = Field(
        0.9, description="share of the window's datapoints that must exist; below it nothing is judged"
    )
