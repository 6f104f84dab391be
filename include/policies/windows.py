"""When changes may be applied: windows that open, and blackouts that close (`change.yaml`)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter
from pydantic import AfterValidator, Field, FiniteFloat, StringConstraints, field_validator

from include.policies._reading import Policy, Where

Environment = Annotated[str, StringConstraints(pattern=r"^[^A-Z]+$")]
"""As the estate has it: lower case. `Production` would match nothing, and silently."""

Environments = Annotated[list[Environment], Field(min_length=1)]


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"expected an IANA time zone such as Europe/Berlin, got {value!r}") from error
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]


class Window(Policy):
    """Changes to these environments wait until `cron` last fired no longer than `hours` ago."""

    environment: Environments | None = None
    cron: str
    hours: Annotated[FiniteFloat, Field(gt=0)]
    timezone: Zone = "UTC"

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        said = f"expected five cron fields such as '0 6 * * MON-FRI', got {value!r}"
        if len(value.split()) != 5:
            raise ValueError(said)
        try:
            croniter(value, datetime(2024, 1, 1, tzinfo=UTC)).get_next()
        except (CroniterError, ValueError) as error:
            raise ValueError(f"{said}: {error}") from error
        return value


class Blackout(Policy):
    """No change to these environments from the first date to the last, both whole days of `timezone`."""

    environment: Environments | None = None
    first: date
    last: date
    timezone: Zone = "UTC"
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

    def problems(self) -> Iterator[tuple[Where, str]]:
        if self.last < self.first:
            yield ("last",), f"expected {self.first} or later, got {self.last}"
