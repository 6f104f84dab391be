"""Targets: accounts x regions x roles (`targets.yaml`)."""

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from include.policies._reading import read

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


class _Account(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    account_id: AccountId
    name: str
    regions: Annotated[list[Region], Field(min_length=1)]
    read_role: RoleArn
    change_role: RoleArn
    external_id: str | None = None


class _Targets(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    targets: Annotated[list[_Account], Field(min_length=1)]


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
