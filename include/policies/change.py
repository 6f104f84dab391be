"""How much autonomy, who signs off, how much at once, when, and what is exempt (`change.yaml`)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, PositiveInt, StringConstraints

from include.core.changes import Change, Level, Risk
from include.policies._reading import Policy, Where, content, versioned
from include.policies.exemptions import Exemption
from include.policies.limits import Limits
from include.policies.windows import Blackout, Environments, Window

FILE = "change.yaml"

Cause = Literal["alarm", "still_found"]
ActionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]


Money = Annotated[FiniteFloat, Field(ge=0)]


class Match(Policy):
    """A rule's condition; what is not named matches everything.

    Money is what the change adds to or takes from the bill, in USD per month, whatever the sign. An unknown
    price counts as more than any amount: `max_usd_month` never lets it through, `min_usd_month` catches it.
    """

    action: ActionId | None = None
    domain: str | None = None
    environment: Environments | None = None
    risk: Annotated[list[Risk], Field(min_length=1)] | None = None
    min_usd_month: Money | None = None
    max_usd_month: Money | None = None

    def fits(self, change: Change, domain: str) -> bool:
        return (
            self.action in {None, change.action}
            and self.domain in {None, domain}
            and (self.environment is None or change.environment in self.environment)
            and (self.risk is None or change.risk in self.risk)
            and self._money_fits(change.saving_usd_month)
        )

    def _money_fits(self, saving: Decimal | None) -> bool:
        amount = float("inf") if saving is None else float(abs(saving))
        most = float("inf") if self.max_usd_month is None else self.max_usd_month
        unpriced = saving is None and self.max_usd_month is not None
        return (self.min_usd_month or 0) <= amount <= most and not unpriced


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


class ChangePolicy(Policy):
    """The whole of `change.yaml`. An empty file means: everything needs a sign-off."""

    approvers: dict[str, list[str]] = Field(default_factory=dict)
    sign_off: SignOff = SignOff()
    rules: list[Rule] = Field(default_factory=list)
    limits: Limits = Limits()
    waves: Waves = Waves()
    windows: list[Window] = Field(default_factory=list)
    blackouts: list[Blackout] = Field(default_factory=list)
    alarms: list[Alarm] = Field(default_factory=list)
    exemptions: list[Exemption] = Field(default_factory=list)
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
        for name in ("blackouts", "exemptions"):
            for number, one in enumerate(getattr(self, name)):
                for where, expected in one.problems():
                    yield (name, number, *where), expected

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


def change_policy(at: Path | None = None) -> tuple[ChangePolicy, str]:
    """The policy and its version (content hash); `at`: of another folder than the usual one.

    PolicyError when the file cannot be read or is broken.
    """
    return versioned(FILE, ChangePolicy, at=at)


def policy_text(version: str) -> str | None:
    """The file's text as it was read at that version; None when this process has not read it."""
    return content(version)
