"""Which answers count: the right person, in time, once, with a comment, about changes the plan has."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from include.change.approvals import Approvals, entitled, is_requester
from include.change.gate import ENDED, answer_by
from include.change.text import plain
from include.core.changes import ChangePlan
from include.ledger.models import PlanRecord
from include.policies.change import ChangePolicy

COMMENT_LIMIT = 2000


class Answer(BaseModel):
    """What a person answered. `user_id` None: nobody did, and silence is Reject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: Literal["Approve", "Reject"]
    comment: str = ""
    leave_out: list[str] = Field(default_factory=list)
    user_id: str | None = None
    user_name: str | None = None
    at: datetime


def refusal(
    row: PlanRecord,
    plan: ChangePlan,
    policy: ChangePolicy,
    found: Approvals,
    answer: Answer,
    now: datetime,
) -> str | None:
    """Why the answer does not count; None when it does."""
    if answer.option == "Reject" and answer.user_id is None and row.state == "awaiting_sign_off":
        return None
    late = closed(row, answer_by(row, policy, found), min(answer.at, now))
    if answer.option == "Reject":
        return late or not_listed(policy, answer.user_id, answer.user_name)
    if found.expired:
        return "an earlier sign-off of it has expired. Run the sweep again"
    who = not_entitled(plan, policy, found, answer.user_id, answer.user_name)
    return late or who or _what(plan, policy, found, answer)


def closed(row: PlanRecord, until: datetime, at: datetime) -> str | None:
    """Why an answer given at `at` no longer counts; None while one does."""
    if row.state != "awaiting_sign_off":
        return f"it is not waiting for an answer: {ENDED.get(row.state, 'it was answered already')}"
    if at > until:
        return f"too late: answers counted until {until:%Y-%m-%d %H:%M} UTC. Run the sweep again"
    return None


def not_listed(policy: ChangePolicy, user_id: str | None, user_name: str | None) -> str | None:
    """Why this person is no approver at all; None when policy lists them."""
    if entitled(policy, user_id, user_name) is not None:
        return None
    shown = plain(user_name or user_id or "nobody", 40)
    return f"{shown} is in none of the approver groups {', '.join(policy.sign_off.groups)}"


def not_entitled(
    plan: ChangePlan, policy: ChangePolicy, found: Approvals, user_id: str | None, user_name: str | None
) -> str | None:
    """Why this person's approval of this plan does not count; None when it does."""
    unlisted = not_listed(policy, user_id, user_name)
    if unlisted:
        return unlisted
    approver = entitled(policy, user_id, user_name)
    if not policy.sign_off.requester_may_approve and is_requester(plan, approver, user_id, user_name):
        return f"{approver} triggered the run, and policy wants somebody else's sign-off"
    if approver in found.approvers:
        return f"{approver} has signed off already: a second, different person is needed"
    return None


def _what(plan: ChangePlan, policy: ChangePolicy, found: Approvals, answer: Answer) -> str | None:
    """Why what was answered does not count; None when it does."""
    least = policy.sign_off.comment_min_length
    if len(plain(answer.comment, COMMENT_LIMIT)) < least:
        return f"a comment of at least {least} characters is required"
    ids = {change.change_id for change in plan.changes}
    unknown = sorted(set(answer.leave_out) - ids)
    if unknown:
        return f"ids to leave out that the plan does not have: {plain(', '.join(unknown))}"
    if ids <= set(answer.leave_out):
        return "every change is left out: use Reject"
    if answer.leave_out and found.approvers:
        return f"{found.approvers[0]} approved the plan as it is: approve the same, or reject"
    return None
