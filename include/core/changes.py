"""A change is one idempotent action on one resource; a plan is an immutable set of them, named by digest."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, computed_field

from include.core.canonical import canonical_json, sha256
from include.core.errors import PlanChanged

Level = Literal["auto", "sign_off", "two_person", "forbid"]
Risk = Literal["low", "medium", "high"]
Effort = Literal["very_low", "low", "medium", "high"]

State = dict[str, JsonValue]
"""What an action reads of one live resource: only the fields that matter to it."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Frozen):
    """One call of one action: enough to carry out a change, or its inverse."""

    action: str = Field(description="file path below include/aws/act, dotted: `ec2.stop_instance`")
    resource_id: str
    params: State = Field(default_factory=dict)


class Change(_Frozen):
    """One idempotent action on one resource, with the evidence for it and the way back.

    Money is USD per month (730 h) at the price book's list price; `None` means the price is unknown, never 0.
    """

    action: str
    account_id: str
    region: str
    resource_type: str = Field(description="the dataset that lists it: `ebs_volumes`")
    resource_id: str
    name: str | None = None
    environment: str | None = None
    tags: dict[str, str] = Field(default_factory=dict, description="as the snapshot has them")
    params: State = Field(default_factory=dict)
    before: State = Field(description="live state when planned; it must still hold when applied")
    after: State | None = Field(description="live state when done; None: the resource is gone")
    inverse: Step | None = None
    irreversible_because: str | None = None
    check_id: str
    reason: str
    saving_usd_month: Decimal | None = None
    price_source: str | None = None
    price_date: str | None = None
    risk: Risk
    effort: Effort
    restart_needed: bool
    destructive: bool
    permissions: tuple[str, ...]
    fleet_size: int | None = Field(
        default=None, description="resources of its type in its account and region when planned"
    )
    also_found: tuple[str, ...] = Field(default=(), description="checks whose finding this one outranks")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def change_id(self) -> str:
        """Stable within and across plans: what is done to what, not why."""
        what = [self.action, self.account_id, self.region, self.resource_id, self.params]
        return "chg-" + sha256(canonical_json(what))[:12]


class ChangePlan(_Frozen):
    """Changes of one autonomy level, to be signed off together. `digest` is what a human approves."""

    domain: str
    level: Level
    snapshot_id: str
    as_of: datetime
    run: str | None = Field(
        default=None, description="`dag_id/run_id` that planned it: a sign-off never serves another run"
    )
    requester: str | None = Field(description="who triggered the run; None for a schedule or an asset")
    policy_version: str
    parent_digest: str | None = Field(
        default=None, description="the plan this one was cut from, or rolls back"
    )
    changes: tuple[Change, ...]

    @property
    def content(self) -> str:
        """The canonical JSON the digest is taken from, and the ledger stores."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        return sha256(self.content)

    @property
    def saving_usd_month(self) -> Decimal:
        """Sum of the known savings; see `unpriced` for how many are left out."""
        return sum((c.saving_usd_month for c in self.changes if c.saving_usd_month is not None), Decimal(0))

    @property
    def unpriced(self) -> int:
        return sum(c.saving_usd_month is None for c in self.changes)

    @classmethod
    def read(cls, content: str, digest: str) -> Self:
        """The plan behind stored `content`; PlanChanged if it is not what `digest` names."""
        if sha256(content) != digest:
            raise PlanChanged(
                f"plan {digest[:12]}: the stored content hashes to {sha256(content)[:12]}: edited after "
                "it was planned. It will not be applied. Run the sweep again for a new plan."
            )
        plan = cls.model_validate_json(_without_computed(content))
        if plan.digest != digest:
            raise PlanChanged(
                f"plan {digest[:12]} was planned by another version of Watchkeeper, which this one cannot "
                "repeat exactly. It will not be applied. Run the sweep again for a new plan."
            )
        return plan

    def without(self, change_ids: set[str]) -> Self:
        """The plan cut down to what was approved: its own digest, this plan as its parent."""
        kept = tuple(c for c in self.changes if c.change_id not in change_ids)
        return self.model_copy(update={"changes": kept, "parent_digest": self.digest})


def _without_computed(content: str) -> str:
    """Stored content also shows each change's id for readers; the model derives it again."""
    import json

    raw: dict[str, Any] = json.loads(content)
    for change in raw["changes"]:
        change.pop("change_id", None)
    return json.dumps(raw)
