"""Who has validly signed off a plan: asked at the question, at the gate and again in every claim.

A sign-off counts only with its own entry in the journal, for exactly this digest, unexpired, and while the
policy in force still lists the person. A row that somebody wrote into the table by hand counts for nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from include.core.canonical import canonical_json
from include.core.changes import ChangePlan
from include.ledger.journal import row_hash
from include.ledger.models import JournalRecord, SignOffRecord
from include.policies.change import ChangePolicy

RECORDED = "sign_off.recorded"


@dataclass(frozen=True)
class Approvals:
    """`approvers`: distinct people, by the policy's names. `expired`: one would count, but is too late."""

    approvers: tuple[str, ...]
    problems: tuple[str, ...]
    expired: bool
    last_at: datetime | None


def approvals(
    session: Session, digest: str, plan: ChangePlan, policy: ChangePolicy, now: datetime
) -> Approvals:
    """The valid approvals of exactly this plan (read from `digest`) at `now`, under the policy in force."""
    query = select(SignOffRecord).where(SignOffRecord.result_digest == digest)
    approvers: dict[str, datetime] = {}
    problems: list[str] = []
    expired = False
    for record in session.scalars(query.order_by(SignOffRecord.id)):
        problem = _problem(session, record, plan, policy)
        if problem:
            problems.append(problem)
        elif record.expires_at is None or record.expires_at <= now:
            expired = True
            problems.append(
                f"the sign-off of {record.approver} expired at {record.expires_at:%Y-%m-%d %H:%M} UTC"
            )
        else:
            approvers[str(record.approver)] = record.at
    return Approvals(tuple(approvers), tuple(problems), expired, max(approvers.values(), default=None))


def entitled(policy: ChangePolicy, user_id: str | None, user_name: str | None) -> str | None:
    """The policy's name for a person: by id, else by user name; None when no approver group lists them."""
    listed = policy.approver_names()
    return next((name for name in (user_id, user_name) if name is not None and name in listed), None)


def is_requester(plan: ChangePlan, *names: str | None) -> bool:
    """Whether one of the names is who triggered the run."""
    return plan.requester is not None and plan.requester in names


def journaled(record: SignOffRecord) -> dict[str, Any]:
    """What the journal says of a sign-off, field by field."""
    return {
        "digest": record.digest,
        "result_digest": record.result_digest,
        "option": record.option,
        "approver": record.approver,
        "user_id": record.user_id,
        "user_name": record.user_name,
        "comment": record.comment,
        "left_out": record.left_out,
        "at": record.at.isoformat(),
        "expires_at": record.expires_at.isoformat() if record.expires_at else None,
        "policy_version": record.policy_version,
    }


def _problem(session: Session, record: SignOffRecord, plan: ChangePlan, policy: ChangePolicy) -> str | None:
    who = record.approver or record.user_name or "nobody"
    if record.option != "Approve" or not _in_journal(session, record):
        return f"the sign-off of {who} is not the one the journal holds: it does not count"
    if record.approver not in {entitled(policy, record.user_id, record.user_name)} - {None}:
        return f"{who} is not among the approvers of the policy in force"
    if not policy.sign_off.requester_may_approve and is_requester(
        plan, record.approver, record.user_id, record.user_name
    ):
        return f"{who} asked for this plan, and the policy in force wants somebody else's sign-off"
    return None


def _in_journal(session: Session, record: SignOffRecord) -> bool:
    body = canonical_json(journaled(record))
    entry = JournalRecord
    query = select(entry).where(entry.subject == record.digest, entry.kind == RECORDED, entry.body == body)
    return any(
        row.hash == row_hash(row.seq, row.at, row.kind, row.subject, row.body, row.prev_hash)
        for row in session.scalars(query)
    )
