"""What policy says of one change, and by which rule."""

from typing import NamedTuple

from include.core.changes import Change, Level
from include.policies.change import ChangePolicy

SIGNATURES: dict[Level, int] = {"auto": 0, "sign_off": 1, "two_person": 2}
"""How many distinct people each level asks for; `forbid` can never be signed."""


class Decision(NamedTuple):
    """`rule` counts from 1 in the policy file's order; None: no rule matched, the default holds."""

    level: Level
    rule: int | None

    @property
    def why(self) -> str:
        return f"policy rule {self.rule}" if self.rule else "the policy's default"


def decide(policy: ChangePolicy, change: Change, domain: str) -> Decision:
    """The policy's level for a change, with the rule to name in reasons."""
    fits = (n for n, rule in enumerate(policy.rules, start=1) if rule.match.fits(change, domain))
    return Decision(policy.level(change, domain), next(fits, None))


def signatures(level: Level) -> int:
    """Distinct approvers a level needs."""
    return SIGNATURES[level]
