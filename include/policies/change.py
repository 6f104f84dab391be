"""How much autonomy, who signs off, how much at once, and when (`change.yaml`)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter
from pydantic import Field, FiniteFloat, PositiveInt, StringConstraints, field_validator

from include.core.changes import Change, Level, Risk
from include.policies._reading import Policy, Where, read, version

FILE = "change.yaml"

Environment = Annotated[str, StringConstraints(pattern=r"^[^A-Z]+$")]
"""As the estate has it: lower case. `Production` would match nothing, and silently."""

Environments = Annotated[list[Environment], Field(min_length=1)]
Cause = Literal["alarm", "still_found"]
ActionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]


class Match(Policy):
    """A rule's condition; what is not named matches everything."""

    action: ActionId | None = None
    domain: str | None = None
    environment: Environments | None = None
    risk: Annotated[list[Risk], Field(min_length=1)] | None = None

    def fits(self, change: Change, domain: str) -> bool:
        return (
            self.action in {None, change.action}
            and self.domain in {None, domain}
            and (self.environment is None or change.environment in self.environment)
            and (self.risk is None or change.risk in self.risk)
        )


class Rule(Policy):
    match: Match
    level: Level


class SignOff(Policy):
    """Who answers, and how long the question and the answer stand."""

    groups: Annotated[list[str], Field(min_length=1)] = Field(default_factory=lambda: ["finops"])
    respond_within_hours: PositiveInt = 8
    valid_hours: PositiveInt = 24
    comment_min_length: PositiveInt = 5
    requester_may_approve: bool = False


class Limits(Policy):
    """Per run. Over a limit the plan is cut to its safest part and says what was left out."""

    max_changes: PositiveInt = 50
    max_fleet_percent: Annotated[FiniteFloat, Field(gt=0, le=100)] = 50
    max_fleet_min: PositiveInt = 2
    max_saving_usd_month: Annotated[FiniteFloat, Field(gt=0)] = 50_000


class Waves(Policy):
    """A canary, then batches; so many failures, or such a share of what was tried, stop the rest."""

    canary: PositiveInt = 1
    batch: PositiveInt = 5
    pause_seconds: Annotated[FiniteFloat, Field(ge=0)] = 30
    stop_after_failures: PositiveInt = 1
    stop_at_failure_percent: Annotated[FiniteFloat, Field(gt=0, le=100)] = 25
    rate_after: PositiveInt = 10
    """Outcomes there must be before the share is judged: one failure of two says little."""
    max_per_account: PositiveInt = 5
    """Changes of one plan side by side in one account."""
    api_calls_per_second: Annotated[FiniteFloat, Field(gt=0)] = 10
    """Per account and applied plan, retries included: below what EC2 refills for calls that change
    something (EC2 API Reference, "Request throttling"), with all that reads between them."""
    alarm_watch_seconds: Annotated[FiniteFloat, Field(ge=0, le=3600)] = 0
    """How long after the last wave the alarms are watched on."""


class Alarm(Policy):
    """A CloudWatch alarm that must be OK for a plan to be applied; `environment`: only for plans that change
    something there. The account and region are where the alarm is, not what it guards."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    account_id: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    environment: Environments | None = None

    def guards(self, changes: Iterable[Change]) -> bool:
        return self.environment is None or any(one.environment in self.environment for one in changes)


class Window(Policy):
    """Changes to these environments wait until `cron` last fired no longer than `hours` ago."""

    environment: Environments | None = None
    cron: str
    hours: Annotated[FiniteFloat, Field(gt=0)]
    timezone: str = "UTC"

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

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"expected an IANA time zone such as Europe/Berlin, got {value!r}") from error
        return value


class ChangePolicy(Policy):
    """The whole of `change.yaml`. An empty file means: everything needs a sign-off."""

    approvers: dict[str, list[str]] = Field(default_factory=dict)
    sign_off: SignOff = SignOff()
    rules: list[Rule] = Field(default_factory=list)
    limits: Limits = Limits()
    waves: Waves = Waves()
    windows: list[Window] = Field(default_factory=list)
    alarms: list[Alarm] = Field(default_factory=list)
    roll_back_on: tuple[Cause, ...] = ("alarm", "still_found")
    """What rolls a plan back by itself; an empty list: nothing does."""

    def problems(self) -> Iterator[tuple[Where, str]]:
        """A group that is asked must be there, and two people must be had where a rule wants two.

        Nobody at all is allowed, by an empty file or `approvers: {}`: then nothing can be signed off.
        """
        asked = "groups" in self.sign_off.model_fields_set
        if self.approvers or (asked and "approvers" not in self.model_fields_set):
            known = ", ".join(sorted(self.approvers)) or "none"
            for number, group in enumerate(self.sign_off.groups):
                if group not in self.approvers:
                    where: Where = ("sign_off", "groups", number) if asked else ("approvers",)
                    yield where, f"expected the group {group!r} in approvers; groups there are: {known}"
        for number, rule in enumerate(self.rules):
            if rule.level == "two_person" and len(self.approver_names()) < 2:
                yield ("rules", number, "level"), "expected two approvers at least for two_person"

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
