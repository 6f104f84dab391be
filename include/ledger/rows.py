"""What the read side returns: plain, frozen rows; nothing in them is tied to the database."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.core.changes import ChangePlan
from include.ledger.models import ExecutionRecord, FreezeRecord, JournalRecord, PlanRecord, SignOffRecord


@dataclass(frozen=True)
class PlanRow:
    """One line of the list of plans. `executions` counts its changes by state; money is USD per month."""

    digest: str
    domain: str
    level: str
    origin: str  # planned, cut (approved in part), rollback, auto_rollback
    state: str
    dag_id: str
    run_id: str
    requester: str | None
    policy_version: str
    parent_digest: str | None
    created_at: datetime
    change_count: int
    saving_usd_month: Decimal
    unpriced: int
    executions: dict[str, int]


@dataclass(frozen=True)
class SignOffRow:
    """One answer. `result_digest` is the plan that went on because of it; None: rejected."""

    digest: str
    result_digest: str | None
    option: str
    user_id: str | None
    user_name: str | None
    comment: str
    left_out: list[str]
    at: datetime
    expires_at: datetime | None
    policy_version: str


@dataclass(frozen=True)
class ExecutionRow:
    """How far one change has come. `live` is the state read last: None when gone, or never `live_read`."""

    digest: str
    change_id: str
    state: str
    reason: str | None
    error_code: str | None
    undoes: str | None
    worker: str | None
    attempts: int
    result: dict[str, Any]
    live: dict[str, Any] | None
    live_read: bool
    claimed_at: datetime | None
    finished_at: datetime | None
    verified_at: datetime | None


@dataclass(frozen=True)
class JournalRow:
    """One entry of the journal; `body` is canonical JSON."""

    seq: int
    at: datetime
    kind: str
    subject: str
    body: str
    prev_hash: str
    hash: str


@dataclass(frozen=True)
class FreezeRow:
    """A freeze in force."""

    id: int
    reason: str
    owner: str
    set_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class PlanView:
    """One plan with everything known about it. `plan` is None when its content no longer gives its digest."""

    row: PlanRow
    plan: ChangePlan | None
    content_ok: bool
    level: str
    state: str
    waiting_for: list[str]  # what the gate last waited for, or why it closed
    signoffs: list[SignOffRow]
    executions: list[ExecutionRow]  # in the plan's order
    journal: list[JournalRow]  # oldest first
    children: list[PlanRow]  # plans cut from it, or rolling it back


@dataclass(frozen=True)
class Overview:
    """The ledger at a glance."""

    plans_by_state: dict[str, int]
    executions_by_state: dict[str, int]
    saving_applied_usd_month: Decimal  # applied or verified, and not rolled back
    pending: list[PlanRow]  # newest first
    recent: list[PlanRow]  # newest first, whatever their state
    needs_a_human: list[ExecutionRow]
    freezes: list[FreezeRow]
    journal_rows: int
    journal_head: str


def plan_row(record: PlanRecord, executions: dict[str, int]) -> PlanRow:
    return PlanRow(
        digest=record.digest,
        domain=record.domain,
        level=record.level,
        origin=record.origin,
        state=record.state,
        dag_id=record.dag_id,
        run_id=record.run_id,
        requester=record.requester,
        policy_version=record.policy_version,
        parent_digest=record.parent_digest,
        created_at=record.created_at,
        change_count=record.change_count,
        saving_usd_month=record.saving_usd_month,
        unpriced=record.unpriced,
        executions=executions,
    )


def signoff_row(record: SignOffRecord) -> SignOffRow:
    return SignOffRow(
        digest=record.digest,
        result_digest=record.result_digest,
        option=record.option,
        user_id=record.user_id,
        user_name=record.user_name,
        comment=record.comment,
        left_out=record.left_out,
        at=record.at,
        expires_at=record.expires_at,
        policy_version=record.policy_version,
    )


def execution_row(record: ExecutionRecord) -> ExecutionRow:
    return ExecutionRow(
        digest=record.digest,
        change_id=record.change_id,
        state=record.state,
        reason=record.reason,
        error_code=record.error_code,
        undoes=record.undoes,
        worker=record.worker,
        attempts=record.attempts,
        result=record.result or {},
        live=(record.live or {}).get("state"),
        live_read=record.live is not None,
        claimed_at=record.claimed_at,
        finished_at=record.finished_at,
        verified_at=record.verified_at,
    )


def journal_row(record: JournalRecord) -> JournalRow:
    return JournalRow(
        record.seq, record.at, record.kind, record.subject, record.body, record.prev_hash, record.hash
    )


def freeze_row(record: FreezeRecord) -> FreezeRow:
    return FreezeRow(record.id, record.reason, record.owner, record.set_at, record.expires_at)
