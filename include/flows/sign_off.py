"""The question to a human: Airflow's own human-in-the-loop, bound to one plan's digest."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, conf
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.core.errors import SignOffRefused

if TYPE_CHECKING:
    from airflow.sdk import Context

APPROVE, REJECT = "Approve", "Reject"

FORM = {
    "comment": Param(
        None,
        type=["null", "string"],
        title="Comment",
        description="Why. Required; kept in the journal with your name.",
    ),
    "leave_out": Param(
        None,
        type=["null", "array"],
        items={"type": "string"},
        title="Leave out",
        description="Ids of changes (chg-...) not to apply; the rest is approved.",
    ),
}
"""The form below the question. Airflow merges the DAG's Params in, so it is given where the task is made."""


class SignOffOperator(HITLOperator):
    """Asks the policy's approvers about one plan; records the answer in the ledger.

    Returns the digest to go on with: the plan's own, or that of the part that was approved. A plan that
    policy lets through asks nobody. Reject and silence skip what follows. An answer that does not count (no
    comment, not entitled) is refused with the reason, and asked for again by the task's retries.

    :param digest: the plan asked about (templated).
    :param plan: the plan the road began with (templated): asked about when `digest` is None, because somebody
        marked the task before this one "success" and it handed nothing on.
    :param signature: 1 for the first signature, 2 for the second person's where policy wants two.
    """

    template_fields = ("digest", "plan")

    def __init__(self, *, digest: Any, plan: Any = None, signature: int = 1, **kwargs: Any) -> None:
        super().__init__(
            subject="Apply these changes?",
            options=[APPROVE, REJECT],
            defaults=REJECT,
            **kwargs,
        )
        self.digest = digest
        self.plan = plan
        self.signature = signature

    def execute(self, context: "Context") -> Any:
        import include.change.signoff as signoff
        from include.ledger import Ledger
        from include.policies.change import change_policy

        ledger = Ledger.from_env()
        self.digest = self.digest or self.plan
        needed = signoff.signatures_needed(ledger, self.digest)
        if self.signature > needed:
            self.log.info("plan %s needs %d signature(s): nobody else is asked", self.digest[:12], needed)
            return self.digest
        policy, _ = change_policy()
        try:
            question = signoff.question(
                ledger, self.digest, link=plan_url(self.digest), now=datetime.now(UTC)
            )
        except SignOffRefused as refused:  # too late, or nobody entitled: asking again would not help
            raise AirflowFailException(str(refused)) from refused
        self.subject, self.body = question.subject, question.body
        self.assigned_users = [{"id": name, "name": name} for name in question.asked]
        self.response_timeout = timedelta(hours=policy.sign_off.respond_within_hours)
        self.log.info("asking %s about plan %s", ", ".join(question.asked), self.digest)
        return super().execute(context)

    def execute_complete(self, context: "Context", event: dict[str, Any]) -> Any:
        import include.change.signoff as signoff
        from include.ledger import Ledger

        super().execute_complete(context, event)
        self.digest = self.digest or self.plan
        user = event.get("responded_by_user") or {}
        form = event.get("params_input") or {}
        answer = signoff.Answer(
            option=event["chosen_options"][0],
            comment=form.get("comment") or "",
            leave_out=form.get("leave_out") or [],
            user_id=user.get("id"),
            user_name=user.get("name"),
            at=event["responded_at"],
        )
        digest = signoff.record(Ledger.from_env(), self.digest, answer, now=datetime.now(UTC))
        if digest is None:
            raise AirflowSkipException(
                f"plan {self.digest[:12]} was rejected by {answer.user_name or 'silence'}"
            )
        self.log.info("%s signed off plan %s", answer.user_name, digest)
        return digest


def plan_url(digest: str) -> str:
    """The plan's page, as a browser reaches it."""
    base = conf.get("api", "base_url", fallback="") or ""
    return f"{base.rstrip('/')}/watchkeeper/plans/{digest}"
