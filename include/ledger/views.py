"""The read side: what pages, reports and the demo show of the ledger. Nothing here writes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from include.core.changes import ChangePlan
from include.core.errors import PlanChanged
from include.core.heads import GENESIS, Head
from include.ledger import journal as chain
from include.ledger.connection import Ledger
from include.ledger.journal import Verified
from include.ledger.models import (
    ROLLBACKS,
    ExecutionRecord,
    FreezeRecord,
    JournalRecord,
    PlanRecord,
    SignOffRecord,
)
from include.ledger.rows import (
    ExecutionRow,
    FreezeRow,
    JournalRow,
    Overview,
    PlanRow,
    PlanView,
    SignOffRow,
    execution_row,
    freeze_row,
    journal_row,
    plan_row,
    signoff_row,
)

__all__ = [
    "ExecutionRow",
    "FreezeRow",
    "JournalRow",
    "Overview",
    "PlanRow",
    "PlanView",
    "SignOffRow",
    "Verified",
    "journal",
    "overview",
    "plan",
    "plans",
    "plans_of_run",
    "verify_journal",
]

PREFIX_MIN = 8
"""Shortest digest prefix that finds a plan."""
PENDING = ("awaiting_sign_off", "signed_off", "waiting_at_gate", "applying")
DONE = ("applied", "verified")


def plans(ledger: Ledger, limit: int = 100) -> list[PlanRow]:
    """The newest plans, newest first."""
    with ledger.transaction() as session:
        return _plan_rows(session, limit=limit)


def plans_of_run(ledger: Ledger, dag_id: str, run_id: str) -> list[PlanView]:
    """The plans one run made, and those cut from them, newest first."""
    with ledger.transaction() as session:
        mine = select(PlanRecord).where(PlanRecord.dag_id == dag_id, PlanRecord.run_id == run_id)
        ordered = mine.order_by(PlanRecord.created_at.desc(), PlanRecord.digest)
        return [_view(session, record) for record in session.scalars(ordered).all()]


def plan(ledger: Ledger, digest_prefix: str) -> PlanView | None:
    """The plan whose digest begins with `digest_prefix` (8 characters or more); None: none, or several."""
    if len(digest_prefix) < PREFIX_MIN or not set(digest_prefix) <= set("0123456789abcdef"):
        return None
    with ledger.transaction() as session:
        match = PlanRecord.digest.startswith(digest_prefix)
        found = session.scalars(select(PlanRecord).where(match).limit(2)).all()
        return _view(session, found[0]) if len(found) == 1 else None


def overview(ledger: Ledger, *, recent: int = 10) -> Overview:
    """Counts, what waits, what needs a human, freezes in force (database clock), the journal's head."""
    with ledger.transaction() as session:
        head = session.execute(
            select(JournalRecord.seq, JournalRecord.hash).order_by(JournalRecord.seq.desc()).limit(1)
        ).first()
        return Overview(
            plans_by_state=_counts(session, PlanRecord),
            executions_by_state=_counts(session, ExecutionRecord),
            saving_applied_usd_month=_applied_saving(session),
            pending=_plan_rows(session, PlanRecord.state.in_(PENDING)),
            recent=_plan_rows(session, limit=recent),
            needs_a_human=[
                execution_row(row)
                for row in session.scalars(select(ExecutionRecord).where(ExecutionRecord.state == "unknown"))
            ],
            freezes=_freezes(session),
            journal_rows=head.seq if head else 0,
            journal_head=head.hash if head else GENESIS,
        )


def journal(ledger: Ledger, before_seq: int | None = None, limit: int = 100) -> list[JournalRow]:
    """The newest entries, newest first; `before_seq` pages back."""
    query = select(JournalRecord).order_by(JournalRecord.seq.desc()).limit(limit)
    if before_seq is not None:
        query = query.where(JournalRecord.seq < before_seq)
    with ledger.transaction() as session:
        return [journal_row(row) for row in session.scalars(query)]


def verify_journal(
    ledger: Ledger, published: Iterable[Head] = (), *, since: Head = chain.BEGINNING
) -> Verified:
    """Prove the whole journal, streaming, and compare it with heads `published` elsewhere; `since`: only what
    follows a head that was proved before."""
    with ledger.connection() as connection:
        return chain.verify(connection, published, since)


def _view(session: Session, record: PlanRecord) -> PlanView:
    digest = record.digest
    try:
        content = ChangePlan.read(record.content, digest)
    except PlanChanged:
        content = None
    related = (SignOffRecord.digest == digest) | (SignOffRecord.result_digest == digest)
    return PlanView(
        row=_plan_rows(session, PlanRecord.digest == digest)[0],
        plan=content,
        content_ok=content is not None,
        level=record.level,
        state=record.state,
        waiting_for=list((record.verdict or {}).get("reasons", [])),
        signoffs=[
            signoff_row(row)
            for row in session.scalars(select(SignOffRecord).where(related).order_by(SignOffRecord.id))
        ],
        executions=[
            execution_row(row)
            for row in session.scalars(
                select(ExecutionRecord)
                .where(ExecutionRecord.digest == digest)
                .order_by(ExecutionRecord.position)
            )
        ],
        journal=[
            journal_row(row)
            for row in session.scalars(
                select(JournalRecord).where(JournalRecord.subject == digest).order_by(JournalRecord.seq)
            )
        ],
        children=_plan_rows(session, PlanRecord.parent_digest == digest),
    )


def _plan_rows(session: Session, *where: Any, limit: int | None = None) -> list[PlanRow]:
    query = select(PlanRecord).where(*where).order_by(PlanRecord.created_at.desc(), PlanRecord.digest)
    records = session.scalars(query.limit(limit)).all()
    counts: dict[str, dict[str, int]] = {record.digest: {} for record in records}
    grouped = (
        select(ExecutionRecord.digest, ExecutionRecord.state, func.count())
        .where(ExecutionRecord.digest.in_(counts))
        .group_by(ExecutionRecord.digest, ExecutionRecord.state)
    )
    for digest, state, count in session.execute(grouped):
        counts[digest][state] = count
    return [plan_row(record, counts[record.digest]) for record in records]


def _counts(session: Session, table: type[PlanRecord] | type[ExecutionRecord]) -> dict[str, int]:
    grouped = select(table.state, func.count()).group_by(table.state)
    return {row[0]: row[1] for row in session.execute(grouped)}


def _applied_saving(session: Session) -> Decimal:
    query = select(func.coalesce(func.sum(ExecutionRecord.saving_usd_month), 0)).join(
        PlanRecord, PlanRecord.digest == ExecutionRecord.digest
    )
    done = query.where(ExecutionRecord.state.in_(DONE), PlanRecord.origin.not_in(ROLLBACKS))
    return session.scalars(done).one() or Decimal(0)


def _freezes(session: Session) -> list[FreezeRow]:
    query = select(FreezeRecord).where(FreezeRecord.lifted_at.is_(None), FreezeRecord.expires_at > func.now())
    return [freeze_row(row) for row in session.scalars(query.order_by(FreezeRecord.id))]
