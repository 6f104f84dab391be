"""The ledger's tables. `migrations/` creates them; a test proves that both agree."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PlanState = Literal[
    "awaiting_sign_off",
    "rejected",
    "replaced",  # approved in part: the plan cut from it goes on instead
    "signed_off",
    "waiting_at_gate",
    "applying",
    "applied",
    "partly_applied",
    "failed",
    "expired",
    "rolled_back",
]
PLAN_STATES: tuple[PlanState, ...] = get_args(PlanState)
"""The order a plan walks them in, as far as it goes."""

ExecutionState = Literal[
    "planned",
    "left_out",  # by the person who signed off the rest
    "claimed",  # write-ahead intent: it may or may not have been done
    "applied",
    "verified",
    "stale",  # the resource was no longer what was planned for
    "failed",
    "unknown",  # a human must look
    "skipped",  # not begun: breaker, freeze, policy, window
    "rolled_back",
]
EXECUTION_STATES: tuple[ExecutionState, ...] = get_args(ExecutionState)

Origin = Literal["planned", "cut", "rollback", "auto_rollback"]
ROLLBACKS: tuple[Origin, ...] = ("rollback", "auto_rollback")


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(16, 4),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }


class PlanRecord(Base):
    """One immutable plan; only `state` and `verdict` move."""

    __tablename__ = "plans"

    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    domain: Mapped[str]
    level: Mapped[str]
    origin: Mapped[str]
    dag_id: Mapped[str]
    run_id: Mapped[str]
    requester: Mapped[str | None]
    policy_version: Mapped[str]
    parent_digest: Mapped[str | None] = mapped_column(ForeignKey("plans.digest"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    change_count: Mapped[int]
    saving_usd_month: Mapped[Decimal]
    unpriced: Mapped[int]
    verdict: Mapped[dict[str, Any] | None]


class SignOffRecord(Base):
    """One person's answer to one digest. `result_digest` is the plan it lets go on; null: rejected."""

    __tablename__ = "signoffs"
    __table_args__ = (UniqueConstraint("digest", "approver", "option"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    digest: Mapped[str] = mapped_column(ForeignKey("plans.digest"))
    result_digest: Mapped[str | None] = mapped_column(ForeignKey("plans.digest"), index=True)
    option: Mapped[str]
    approver: Mapped[str | None]  # the policy's name for the person; null: nobody answered, or not listed
    user_id: Mapped[str | None]
    user_name: Mapped[str | None]
    comment: Mapped[str]
    left_out: Mapped[list[str]]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    policy_version: Mapped[str]


class ExecutionRecord(Base):
    """How far one change of one plan has come."""

    __tablename__ = "executions"
    __table_args__ = (
        Index("ix_executions_state", "state"),
        Index("ix_executions_claimed_at", "claimed_at"),
        Index("ix_executions_resource", "account_id", "region", "resource_type", "resource_id", "claimed_at"),
    )

    digest: Mapped[str] = mapped_column(ForeignKey("plans.digest"), primary_key=True)
    change_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    account_id: Mapped[str]
    region: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    error_code: Mapped[str | None]
    undoes: Mapped[str | None]  # `<plan digest>/<change id>` that this one rolls back
    saving_usd_month: Mapped[Decimal | None]
    worker: Mapped[str | None]
    attempts: Mapped[int]
    result: Mapped[dict[str, Any] | None]  # what the inverse needs
    live: Mapped[dict[str, Any] | None]  # {"state": what was read last}; null: not read yet
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]


class FreezeRecord(Base):
    """While one is in force nothing is applied."""

    __tablename__ = "freezes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    reason: Mapped[str]
    owner: Mapped[str]
    set_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


class JournalRecord(Base):
    """Append-only: a trigger refuses everything but INSERT; `prev_hash` unique means no fork."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_subject", "subject", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    subject: Mapped[str]  # a plan's digest, or the freeze, policy file, ... it is about
    body: Mapped[str]  # canonical JSON
    prev_hash: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]
