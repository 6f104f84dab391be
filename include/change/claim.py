"""The claim: one ledger transaction that re-checks everything and writes the intent before anything is done.

Marking the sign-off or the gate "success" elsewhere opens nothing: what counts is read here, from the ledger
and the policy in force, under the plan's and the change's row locks.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from include.change import authority, exemptions, gate, rivals, spent, telling
from include.change._types import ActionFor, known_action
from include.change.approvals import approvals
from include.change.authority import AUTOMATIC
from include.change.decision import decide, signatures
from include.core.canonical import sha256
from include.core.changes import Change, ChangePlan
from include.core.errors import PlanChanged, PolicyError
from include.ledger import executions, plans
from include.ledger.journal import Entry
from include.ledger.models import ROLLBACKS, ExecutionRecord, PlanRecord
from include.policies.change import ChangePolicy, change_policy

MAX_ATTEMPTS = 5
"""A change at which so many workers died is left to a human."""

UNSETTLED = "plan {} began to change this resource and what became of it is unknown: run its apply again"


class Claim(NamedTuple):
    """A change this worker may carry out now. `resumed`: another worker died at it, so live state decides.
    `refused`: resumed, but no longer allowed; it is settled by reading, not by acting."""

    change: Change
    token: str
    resumed: bool
    refused: str | None = None


class Settled(NamedTuple):
    """Nothing to carry out: already done, or refused and written down so."""

    state: str
    reason: str | None


def claim(
    session: Session,
    digest: str,
    change_id: str,
    *,
    worker: str,
    now: datetime,
    held: str | None = None,
    action: ActionFor = known_action,
) -> Claim | Settled:
    """Claim one change, or say why not. The caller holds the resource's lock. `held`: why the run begins
    nothing more."""
    record = plans.locked(session, digest, shared=True)
    execution = executions.locked(session, digest, change_id)
    if execution.state not in executions.OPEN:
        return Settled(execution.state, execution.reason)
    resumed = execution.state == "claimed"
    version: str | None = None
    try:
        plan = plans.content(record)
        policy, version = change_policy()
    except (PlanChanged, PolicyError) as error:
        state = "unknown" if resumed else "skipped"
        return _refuse(session, execution, str(error), version, now, state=state)
    change = next(change for change in plan.changes if change.change_id == change_id)
    refused = held or _refusal(session, record, plan, policy, change, now, action)
    if not refused and not resumed:
        begun = executions.claimed_elsewhere(session, execution)
        if begun:
            why = UNSETTLED.format(begun[:12])
            return _refuse(session, execution, why, version, now, state="stale")
        refused = spent.refusal(session, record, execution, change, policy.limits, now) or rivals.refusal(
            session, record, change, now
        )
    if refused and not resumed:
        return _refuse(session, execution, refused, version, now)
    if execution.attempts >= MAX_ATTEMPTS:
        why = f"{MAX_ATTEMPTS} workers died at it"
        return _refuse(session, execution, why, version, now, state="unknown")
    _intend(session, execution, worker, version, now)
    return Claim(change, token(digest, change_id), resumed, refused)


def still_allowed(
    session: Session, digest: str, change_id: str, now: datetime, action: ActionFor
) -> str | None:
    """Why a change claimed a while ago may no longer be begun; None while it may."""
    record = plans.locked(session, digest, shared=True)
    try:
        plan = plans.content(record)
        policy, _ = change_policy()
    except (PlanChanged, PolicyError) as error:
        return str(error)
    change = next(change for change in plan.changes if change.change_id == change_id)
    return _refusal(session, record, plan, policy, change, now, action)


def token(digest: str, change_id: str) -> str:
    """The execution's id, the same on every retry: what AWS and tags know this change's doings by."""
    return "wk-" + sha256(f"{digest}/{change_id}")[:32]


def _refusal(
    session: Session,
    record: PlanRecord,
    plan: ChangePlan,
    policy: ChangePolicy,
    change: Change,
    now: datetime,
    action: ActionFor,
) -> str | None:
    """Why this change may not be applied at this moment; None when it may."""
    verdict = gate.judge(session, record, policy, now, one=change)
    if verdict.state != "open":
        return "; ".join(verdict.reasons)
    if record.origin == AUTOMATIC:
        return authority.refusal(session, plan, policy, change, now, action)
    decision = decide(policy, change, plan.domain)
    if decision.level == "forbid":
        return f"forbidden by {decision.why} since it was planned"
    if record.origin not in ROLLBACKS and (why := exemptions.of_change(policy, change, now)):
        return f"since it was planned {why}"
    needed = signatures(decision.level)
    signed = len(approvals(session, record.digest, plan, policy, now).approvers)
    if signed < needed:
        return f"{decision.why} now asks for {needed} sign-offs ({decision.level}), it has {signed}"
    return None


def _intend(session: Session, execution: ExecutionRecord, worker: str, version: str, now: datetime) -> None:
    """The write-ahead intent: from here on the change may have been done."""
    execution.state = "claimed"
    execution.worker = worker
    execution.attempts += 1
    execution.claimed_at = now
    body = {
        "change_id": execution.change_id,
        "worker": worker,
        "attempt": execution.attempts,
        "token": token(execution.digest, execution.change_id),
        "policy_version": version,
    }
    telling.append(session, [Entry("change.claimed", execution.digest, body)], at=now)


def _refuse(
    session: Session,
    execution: ExecutionRecord,
    why: str,
    version: str | None,
    now: datetime,
    *,
    state: str = "skipped",
) -> Settled:
    execution.state = state
    execution.reason = why
    execution.finished_at = now
    body = {"change_id": execution.change_id, "why": why, "policy_version": version}
    telling.append(session, [Entry(f"change.{state}", execution.digest, body)], at=now)
    return Settled(state, why)
