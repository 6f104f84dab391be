"""Targets: accounts x regions x roles (`targets.yaml`)."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints

from include.policies._reading import Policy, Where, read

AccountId = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]


class Target(NamedTuple):
    """One account and region, with the roles to assume there."""

    account_id: str
    account_name: str
    region: str
    read_role: str
    change_role: str
    external_id: str | None

    @property
    def id(self) -> str:
        """`111111111111/eu-west-1`: how a target is named in Params, logs and reports."""
        return f"{self.account_id}/{self.region}"


class _Account(Policy):
    account_id: AccountId
    name: str
    regions: Annotated[list[Region], Field(min_length=1)]
    read_role: RoleArn
    change_role: RoleArn
    external_id: str | None = None


class _Targets(Policy):
    targets: Annotated[list[_Account], Field(min_length=1)]

    def problems(self) -> Iterator[tuple[Where, str]]:
        """A target listed twice would be read and changed twice; a role elsewhere reads another account."""
        seen: set[tuple[str, str]] = set()
        for number, account in enumerate(self.targets):
            at: Where = ("targets", number)
            for place, region in enumerate(account.regions):
                if (account.account_id, region) in seen:
                    one = f"{account.account_id}/{region}"
                    yield (*at, "regions", place), f"expected each target once, {one} is listed twice"
                seen.add((account.account_id, region))
            for role in ("read_role", "change_role"):
                if getattr(account, role).split(":")[4] != account.account_id:
                    yield (*at, role), f"expected a role of account {account.account_id}"


def targets() -> list[Target]:
    """Every target of `targets.yaml`. PolicyError when the file is broken."""
    return [
        Target(
            account.account_id,
            account.name,
            region,
            account.read_role,
            account.change_role,
            account.external_id,
        )
        for account in read("targets.yaml", _Targets).targets
        for region in account.regions
    ]
