"""The gate: may this plan be applied now? Asked by the sensor, and again inside every claim."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from include.change import telling, windows
from include.change.approvals import Approvals, approvals
from include.change.authority import AUTOMATIC
from include.change.decision import signatures
from include.core.changes import Change, ChangePlan
from include.core.errors import PlanChanged, PolicyError
from include.ledger import Ledger, freezes, plans
from include.ledger.journal import Entry
from include.ledger.models import ROLLBACKS, PlanRecord
from include.policies.change import ChangePolicy, change_policy

ENDED = {
    "rejected": "it was rejected",
    "replaced": "it was approved in part: the plan cut from it goes on instead",
    "expired": "it has expired",
    "applied": "it has been applied already",
    "partly_applied": "it has been applied already, in part",
    "failed": "it has been tried already, and failed",
    "rolled_back": "it has been rolled back",
}


@dataclass(frozen=True)
class Verdict:
    """`wait`: ask again later. `closed`: never. `expired`: closed because time ran out. `alarmed`: only
    alarms are waited for."""

    state: Literal["open", "wait", "closed"]
    reasons: list[str]
    expired: bool = False
    alarmed: bool = False


def verdict(
    ledger: Ledger, digest: str, now: datetime, *, not_ok: Callable[[ChangePlan], list[str]] | None = None
) -> Verdict:
    """Whether the plan may be applied now, and what it waits for or why not; every change of it is journaled.

    `not_ok` tells what is wrong with the alarms that guard a plan; None: they are left to apply, which looks
    in any case. LedgerUnavailable: the ledger cannot be asked, so nothing opens.
    """
    alarmed = _alarmed(ledger, digest, not_ok, now) if not_ok else []
    with ledger.transaction() as session:
        record = plans.locked(session, digest)
        try:
            policy, version = change_policy()
        except PolicyError as error:
            version, found = None, Verdict("wait", [f"the policy cannot be read: {error}"])
        else:
            found = judge(session, record, policy, now)
        if found.state == "open" and alarmed:
            found = Verdict("wait", alarmed, alarmed=True)
        remember(session, record, found, version, now)
    return found


def _alarmed(
    ledger: Ledger, digest: str, not_ok: Callable[[ChangePlan], list[str]], now: datetime
) -> list[str]:
    """What the alarms say of a plan that nothing else holds: AWS is asked while no row is locked."""
    with ledger.transaction() as session:
        record = plans.locked(session, digest, shared=True)
        try:
            policy, _ = change_policy()
        except PolicyError:
            return []
        if record.origin in ROLLBACKS or judge(session, record, policy, now).state != "open":
            return []
        plan = plans.content(record)
    return not_ok(plan)


def judge(
    session: Session,
    record: PlanRecord,
    policy: ChangePolicy,
    now: datetime,
    *,
    one: Change | None = None,
) -> Verdict:
    """The verdict without writing it down; `one`: for this change of the plan alone."""
    if record.state in ENDED:
        return Verdict("closed", [ENDED[record.state]], expired=record.state == "expired")
    try:
        plan = plans.content(record)
    except PlanChanged as error:
        return Verdict("closed", [str(error)])
    found = approvals(session, record.digest, plan, policy, now)
    late = _expired(record, plan, policy, found, now)
    if late:
        return Verdict("closed", [late, *found.problems], expired=True)
    reasons = list(_missing(plan, found))
    if record.origin != AUTOMATIC:  # an automatic rollback is judged by its authority, in every claim
        reasons += _frozen(session, now)
        wanted = [one] if one else plan.changes
        reasons += windows.closed(policy.windows, wanted, now)
        reasons += windows.blacked_out(policy.blackouts, wanted, now)
    return Verdict("wait" if reasons else "open", reasons)


def remember(
    session: Session, record: PlanRecord, found: Verdict, version: str | None, now: datetime
) -> None:
    """Keep the verdict with the plan, and journal it when it is another than last time. `version`: the
    policy's; None: it could not be read."""
    if note(record, found):
        body = {"state": found.state, "reasons": found.reasons, "policy_version": version}
        telling.append(session, [Entry(f"gate.{found.state}", record.digest, body)], at=now)


def note(record: PlanRecord, found: Verdict) -> bool:
    """Keep the verdict with the plan; whether it is another than last time."""
    said = {"state": found.state, "reasons": found.reasons}
    if record.verdict == said:
        return False
    record.verdict = said
    if found.expired and record.state != "applying":
        record.state = "expired"
    elif found.state == "wait" and record.state == "signed_off":
        record.state = "waiting_at_gate"
    return True


def answer_by(record: PlanRecord, policy: ChangePolicy, found: Approvals) -> datetime:
    """Until when the next answer counts: from the plan's storing, or from the sign-off before it."""
    asked_at = max(record.created_at, found.last_at or record.created_at)
    return asked_at + timedelta(hours=policy.sign_off.respond_within_hours)


def _expired(
    record: PlanRecord, plan: ChangePlan, policy: ChangePolicy, found: Approvals, now: datetime
) -> str | None:
    if plan.level == "auto":
        until = record.created_at + timedelta(hours=policy.sign_off.valid_hours)
        return f"it expired at {until:%Y-%m-%d %H:%M} UTC, not applied by then" if until <= now else None
    if len(found.approvers) >= signatures(plan.level):
        return None
    if found.expired:
        return "its sign-off has expired"
    until = answer_by(record, policy, found)
    return f"nobody signed it off by {until:%Y-%m-%d %H:%M} UTC" if until <= now else None


def _missing(plan: ChangePlan, found: Approvals) -> Sequence[str]:
    needed = signatures(plan.level)
    if len(found.approvers) >= needed:
        return ()
    return (f"{len(found.approvers)} of {needed} sign-offs", *found.problems)


def _frozen(session: Session, now: datetime) -> list[str]:
    return [
        f"freeze by {freeze.owner} until {freeze.expires_at:%Y-%m-%d %H:%M} UTC: {freeze.reason}"
        for freeze in freezes.in_force(session, now)
    ]
