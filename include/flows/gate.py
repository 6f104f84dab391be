"""The gate: holds a signed-off plan, without a worker, until the window is open and nothing forbids it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowSkipException
from airflow.triggers.base import BaseTrigger, TriggerEvent

from include.flows.logs import line

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.change.gate import Verdict


ALARM_POLL = timedelta(minutes=1)
"""How often a worker looks whether the alarms are OK again: CloudWatch evaluates once a minute at most."""


class GateSensor(BaseSensorOperator):
    """Asks the ledger for a verdict; defers while it is `wait`, skips the rest when it is `closed`.

    The verdict is only advice to Airflow: apply asks again, in the transaction that claims each change.
    `plan` is asked about when `digest` is None: a sign-off marked "success" by hand hands nothing on.
    """

    template_fields = ("digest", "plan")

    def __init__(
        self, *, digest: Any, plan: Any = None, poll: timedelta = timedelta(seconds=30), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.digest = digest
        self.plan = plan
        self.poll = poll

    def execute(self, context: "Context", event: dict[str, Any] | None = None) -> str:
        self.digest = self.digest or self.plan
        found = verdict(self.digest, alarms=True)
        if found.state == "closed":
            raise AirflowSkipException(f"plan {self.digest[:12]}: {_said(found.reasons)}")
        if found.state == "wait":
            self.log.info("plan %s waits for: %s", self.digest[:12], _said(found.reasons))
            gate = GateTrigger(digest=self.digest, poll_seconds=self.poll.total_seconds())
            later = TimeDeltaTrigger(ALARM_POLL)
            self.defer(trigger=later if found.alarmed else gate, method_name="execute")
        self.log.info("the gate is open for plan %s", self.digest)
        return str(self.digest)


class GateTrigger(BaseTrigger):
    """Looks at the ledger every `poll_seconds`; fires when the verdict is no longer `wait`."""

    def __init__(self, digest: str, poll_seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.digest = digest
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        arguments = {"digest": self.digest, "poll_seconds": self.poll_seconds}
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        reasons: list[str] = []
        while (found := await asyncio.to_thread(verdict, self.digest)).state == "wait":
            if found.reasons != reasons:
                reasons = found.reasons
                self.log.info("plan %s waits for: %s", self.digest[:12], _said(reasons))
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent({"state": found.state})  # type: ignore[no-untyped-call]


def _said(reasons: list[str]) -> str:
    """One line, whatever people wrote as a reason."""
    return line("; ".join(reasons), 1000)


def verdict(digest: str, *, alarms: bool = False) -> "Verdict":
    """The gate's verdict now, from the ledger and the policy; `alarms`: and from CloudWatch, which a worker
    can ask and the triggerer cannot."""
    import time
    from functools import partial

    from include.change import gate
    from include.change.alarms import not_ok
    from include.flows.sessions import Clients
    from include.ledger import Ledger

    ask = partial(not_ok, clients=Clients("read"), pause=time.sleep) if alarms else None
    return gate.verdict(Ledger.from_env(), digest, datetime.now(UTC), not_ok=ask)
