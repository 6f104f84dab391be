"""How much autonomy, who signs off, how much at once, and when (`change.yaml`)."""

from typing import Annotated
from zoneinfo import ZoneInfo

from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from include.core.changes import Change, Level, Risk
from include.policies._reading import read, version

FILE = "change.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(_Part):
    """A rule's condition; what is not named matches everything."""

    action: str | None = None
    domain: str | None = None
    environment: list[str] | None = None
    risk: list[Risk] | None = None

    def fits(self, change: Change, domain: str) -> bool:
        return (
            self.action in {None, change.action}
            and self.domain in {None, domain}
            and (self.environment is None or change.environment in self.environment)
            and (self.risk is None or change.risk in self.risk)
        )


class Rule(_Part):
    match: Match
    level: Level


class SignOff(_Part):
    """Who answers, and how long the question and the answer stand."""

    groups: Annotated[list[str], Field(min_length=1)] = ["finops"]
    respond_within_hours: PositiveInt = 8
    valid_hours: PositiveInt = 24
    comment_min_length: PositiveInt = 5
    requester_may_approve: bool = False


class Limits(_Part):
    """Per run. Over a limit the plan is cut to its safest part and says what was left out."""

    max_changes: PositiveInt = 50
    max_fleet_percent: Annotated[float, Field(gt=0, le=100)] = 50
    max_fleet_min: PositiveInt = 2
    max_saving_usd_month: Annotated[float, Field(gt=0)] = 50_000


class Waves(_Part):
    """A canary, then batches; so many failures stop the rest."""

    canary: PositiveInt = 1
    batch: PositiveInt = 5
    pause_seconds: Annotated[float, Field(ge=0)] = 30
    stop_after_failures: PositiveInt = 1


class Window(_Part):
    """Changes to these environments wait until `cron` last fired no longer than `hours` ago."""

    environment: list[str] | None = None
    cron: str
    hours: Annotated[float, Field(gt=0)]
    timezone: str = "UTC"

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        if not croniter.is_valid(value):
            raise ValueError(f"expected five cron fields such as '0 6 * * MON-FRI', got {value!r}")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"expected an IANA time zone such as Europe/Berlin, got {value!r}") from error
        return value


class ChangePolicy(_Part):
    """The whole of `change.yaml`. An empty file means: everything needs a sign-off."""

    approvers: dict[str, list[str]] = Field(default_factory=dict)
    sign_off: SignOff = SignOff()
    rules: list[Rule] = []
    limits: Limits = Limits()
    waves: Waves = Waves()
    windows: list[Window] = []

    def level(self, change: Change, domain: str) -> Level:
        """The first matching rule's level, else `sign_off`. A destructive or irreversible change is `auto`
        only by a rule that names exactly its action."""
        for rule in self.rules:
            if not rule.match.fits(change, domain):
                continue
            careful = change.destructive or change.inverse is None
            if rule.level == "auto" and careful and rule.match.action != change.action:
                return "sign_off"
            return rule.level
        return "sign_off"

    def approver_names(self) -> list[str]:
        """Every person who may sign off, once each, in the file's order."""
        names = [name for group in self.sign_off.groups for name in self.approvers.get(group, [])]
        return list(dict.fromkeys(names))


def change_policy() -> tuple[ChangePolicy, str]:
    """The policy and its version (content hash). PolicyError when the file cannot be read or is broken."""
    return read(FILE, ChangePolicy), version(FILE)
