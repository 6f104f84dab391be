"""Asking people about one digest, and recording what they answered.

An answer is bound to the digest it was asked about and counts once. Leaving changes out gives a plan of its
own, with its own digest. What does not count is journaled and refused; it never opens the way.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from include.change import question as asking
from include.change import telling
from include.change.answers import COMMENT_LIMIT, Answer, closed, not_entitled, refusal
from include.change.approvals import RECORDED, Approvals, approvals, entitled, journaled
from include.change.decision import signatures
from include.change.gate import answer_by
from include.change.question import Question
from include.change.text import plain
from include.core.changes import ChangePlan
from include.core.errors import SignOffRefused
from include.ledger import Ledger, executions, plans
from include.ledger.journal import Entry
from include.ledger.models import PlanRecord, SignOffRecord
from include.policies.change import ChangePolicy, change_policy

__all__ = ["Answer", "question", "record", "signatures_needed"]

SHOWN_NAME = 200


def signatures_needed(ledger: Ledger, digest: str) -> int:
    """How many distinct people must approve this plan: 0, 1 or 2. PlanChanged if it was tampered with."""
    with ledger.transaction() as session:
        return signatures(plans.content(plans.locked(session, digest, shared=True)).level)


def question(ledger: Ledger, digest: str, *, link: str | None = None, now: datetime) -> Question:
    """What to ask about a plan, and whom. PlanChanged: its stored content is not what the digest names.
    SignOffRefused: it is not to be asked any more, or nobody may answer."""
    policy, _ = change_policy()
    with ledger.transaction() as session:
        record = plans.locked(session, digest)
        plan = plans.content(record)
        found = approvals(session, digest, plan, policy, now)
        until = answer_by(record, policy, found)
        asked = [
            name for name in policy.approver_names() if not_entitled(plan, policy, found, name, name) is None
        ]
        refused = closed(record, until, now) or (
            None
            if asked
            else "nobody may answer: the policy's groups list no approver who is not the requester"
        )
    if refused:
        raise SignOffRefused(f"plan {digest[:12]}: {refused}")
    return asking.write(plan, asked=asked, link=link, until=until, signed=found.approvers)


def record(ledger: Ledger, digest: str, answer: Answer, *, now: datetime) -> str | None:
    """Record an answer; the digest to go on with, or None when rejected. Recording it again is harmless.

    SignOffRefused: it does not count, and why. PlanChanged: the plan was tampered with.
    """
    policy, version = change_policy()
    with ledger.transaction() as session:
        row = plans.locked(session, digest)
        plan = plans.content(row)
        known = _known(session, digest, answer)
        if known:
            return known.result_digest
        found = approvals(session, digest, plan, policy, now)
        refused = refusal(row, plan, policy, found, answer, now)
        if refused is None:
            return _write(session, row, plan, policy, version, found, answer, now)
        body = {"why": refused, **answer.model_dump(mode="json"), "policy_version": version}
        entries = [Entry("sign_off.refused", digest, body)]
        if row.state == "awaiting_sign_off" and answer.at > answer_by(row, policy, found):
            row.state = "expired"
            entries.append(Entry("plan.expired", digest, {"why": refused}))
        telling.append(session, entries, at=now)
    raise SignOffRefused(f"plan {digest[:12]}: {refused}")


def _known(session: Session, digest: str, answer: Answer) -> SignOffRecord | None:
    """The record of this very answer, when a retried task brings it again."""
    query = select(SignOffRecord).where(
        SignOffRecord.digest == digest,
        SignOffRecord.option == answer.option,
        SignOffRecord.user_id.is_not_distinct_from(answer.user_id),
        SignOffRecord.at == answer.at,
    )
    same = (row for row in session.scalars(query) if set(row.left_out) == set(answer.leave_out))
    return next(same, None)


def _write(
    session: Session,
    row: PlanRecord,
    plan: ChangePlan,
    policy: ChangePolicy,
    version: str,
    found: Approvals,
    answer: Answer,
    now: datetime,
) -> str | None:
    """Write the answer that counts, and what follows from it."""
    approved = answer.option == "Approve"
    entries: list[Entry] = []
    result = _goes_on(session, row, plan, answer, now, entries) if approved else None
    valid = timedelta(hours=policy.sign_off.valid_hours)
    signed = SignOffRecord(
        digest=plan.digest,
        result_digest=result.digest if result else None,
        option=answer.option,
        approver=entitled(policy, answer.user_id, answer.user_name),
        user_id=answer.user_id and plain(answer.user_id, SHOWN_NAME),
        user_name=answer.user_name and plain(answer.user_name, SHOWN_NAME),
        comment=plain(answer.comment, COMMENT_LIMIT) if answer.user_id else "nobody answered in time",
        left_out=sorted(set(answer.leave_out)) if approved else [],
        at=answer.at.astimezone(UTC),
        recorded_at=now,
        expires_at=min(answer.at, now).astimezone(UTC) + valid if approved else None,
        policy_version=version,
    )
    session.add(signed)
    if result is None:
        row.state = "rejected"
    else:
        target = row if result is plan else plans.locked(session, result.digest)
        if len({*found.approvers, signed.approver}) >= signatures(plan.level):
            target.state = "signed_off"
    entries.append(Entry(RECORDED, plan.digest, journaled(signed)))
    telling.append(session, entries, at=now)
    return result.digest if result else None


def _goes_on(
    session: Session,
    row: PlanRecord,
    plan: ChangePlan,
    answer: Answer,
    now: datetime,
    entries: list[Entry],
) -> ChangePlan:
    """The plan itself, or what is left of it: stored as a plan of its own, the first one replaced."""
    if not answer.leave_out:
        return plan
    rest = plan.without(set(answer.leave_out))
    plans.store(
        session,
        rest,
        origin="rollback" if row.origin == "rollback" else "cut",
        state="awaiting_sign_off",
        dag_id=row.dag_id,
        run_id=row.run_id,
        now=now,
        undoes={e.change_id: e.undoes for e in executions.of_plan(session, plan.digest) if e.undoes},
    )
    row.state = "replaced"
    for execution in executions.of_plan(session, plan.digest, lock=True):
        execution.state = "left_out"
        execution.reason = (
            f"left out by {plain(answer.user_name or answer.user_id, 40)}"
            if execution.change_id in answer.leave_out
            else f"goes on in plan {rest.digest[:12]}"
        )
    body = {
        "parent_digest": plan.digest,
        "left_out": sorted(set(answer.leave_out)),
        "changes": [change.change_id for change in rest.changes],
    }
    entries.append(Entry("plan.cut", rest.digest, body))
    return rest
