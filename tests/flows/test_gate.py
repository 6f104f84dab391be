import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.exceptions import AirflowSkipException, TaskDeferred

from include.change.gate import Verdict
from include.flows import gate
from include.flows.gate import GateSensor, GateTrigger

DIGEST = "ab" * 32
OPEN = Verdict("open", [])
FROZEN = Verdict("wait", ["frozen by cho until noon: quarter end"])
ALARMED = Verdict("wait", ["alarm checkout-5xx is in ALARM"], alarmed=True)
EXPIRED = Verdict("closed", ["the sign-off has expired"])


@pytest.fixture
def verdicts(monkeypatch):
    """The ledger's verdicts, one after the other."""

    def are(*found):
        queue = list(found)
        asked = []

        def verdict(digest, *, alarms=False):
            asked.append(digest)
            return queue.pop(0)

        monkeypatch.setattr(gate, "verdict", verdict)
        return asked

    return are


def sensor():
    return GateSensor(task_id="gate", digest=DIGEST)


def test_an_open_gate_hands_the_digest_on(verdicts):
    assert verdicts(OPEN) == []
    assert sensor().execute({}) == DIGEST


def test_after_a_sign_off_marked_success_the_plan_itself_is_judged(verdicts):
    asked = verdicts(FROZEN)
    with pytest.raises(TaskDeferred) as deferred:
        GateSensor(task_id="gate", digest=None, plan=DIGEST).execute({})
    assert asked == [DIGEST]
    assert deferred.value.trigger.digest == DIGEST


def test_a_waiting_gate_holds_no_worker_and_says_what_it_waits_for(verdicts, caplog):
    verdicts(FROZEN)
    with pytest.raises(TaskDeferred) as deferred:
        sensor().execute({})
    assert isinstance(deferred.value.trigger, GateTrigger)
    assert deferred.value.method_name == "execute"


def test_a_gate_that_waits_for_an_alarm_is_looked_at_by_a_worker_each_minute(verdicts):
    verdicts(ALARMED, OPEN)
    with pytest.raises(TaskDeferred) as deferred:
        sensor().execute({})
    assert deferred.value.trigger.moment - datetime.now(UTC) <= timedelta(minutes=1)
    assert sensor().execute({}, event=None) == DIGEST


def test_a_closed_gate_skips_the_rest(verdicts):
    verdicts(EXPIRED)
    with pytest.raises(AirflowSkipException, match="expired"):
        sensor().execute({})


def test_what_fires_the_trigger_is_judged_again(verdicts):
    verdicts(FROZEN)
    with pytest.raises(TaskDeferred):
        sensor().execute({}, event={"state": "open"})


@pytest.mark.parametrize("last", [OPEN, EXPIRED], ids=lambda verdict: verdict.state)
def test_the_trigger_looks_until_the_verdict_is_no_longer_wait(verdicts, last):
    asked = verdicts(FROZEN, FROZEN, last)
    events = asyncio.run(_events(GateTrigger(DIGEST, poll_seconds=0)))
    assert [event.payload for event in events] == [{"state": last.state}]
    assert asked == [DIGEST] * 3


def test_a_trigger_survives_its_own_serialisation():
    path, arguments = GateTrigger(DIGEST, poll_seconds=7).serialize()
    assert path == "include.flows.gate.GateTrigger"
    assert GateTrigger(**arguments).serialize() == (path, arguments)


async def _events(trigger):
    return [event async for event in trigger.run()]
