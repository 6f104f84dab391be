"""What is found and accepted for a while: by whom, why, and until when (`exemptions` of `change.yaml`)."""

from collections.abc import Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints

from include.policies._reading import Policy, Where
from include.policies.targets import AccountId, Region
from include.policies.windows import Environments

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Glob = Annotated[str, StringConstraints(min_length=1)]
"""`*` stands for anything, `?` for one character; capitals count."""


class Subject(NamedTuple):
    """What an exemption may cover: one check's word on one resource."""

    check_id: str
    account_id: str
    region: str
    resource_id: str
    environment: str | None
    tags: Mapping[str, str]


class Condition(Policy):
    """What an exemption covers; everything that is named must fit, and something must be named."""

    check: Glob | None = None
    resource: Glob | None = None
    account: AccountId | None = None
    region: Region | None = None
    environment: Environments | None = None
    tags: Annotated[dict[str, Glob], Field(min_length=1)] | None = None
    """Each key with the value it must have; `"*"`: any, as long as the tag is there."""

    def fits(self, one: Subject) -> bool:
        return (
            (self.check is None or fnmatchcase(one.check_id, self.check))
            and (self.resource is None or fnmatchcase(one.resource_id, self.resource))
            and self.account in {None, one.account_id}
            and self.region in {None, one.region}
            and (self.environment is None or one.environment in self.environment)
            and all(k in one.tags and fnmatchcase(one.tags[k], v) for k, v in (self.tags or {}).items())
        )

    def __str__(self) -> str:
        named = self.model_dump(exclude_none=True)
        tags = [f"tag {key}={value}" for key, value in named.pop("tags", {}).items()]
        said = [f"{k} {' or '.join(v) if isinstance(v, list) else v}" for k, v in named.items()]
        return ", ".join(said + tags)


class Exemption(Policy):
    """Whose it is, why, in which ticket, who approved it, and its last day (UTC).

    One without a last day, past it, or approved by nobody entitled does not count: see
    `include.change.exemptions`.
    """

    match: Condition
    owner: Said
    reason: Said
    ticket: Said
    approver: Said
    expires: date | None = None

    def problems(self) -> Iterator[tuple[Where, str]]:
        if not self.match.model_dump(exclude_none=True):
            yield ("match",), "expected a condition: nobody is exempt from everything"
