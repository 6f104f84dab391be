"""Throttled by AWS: waited out, asked again, and failed only when patience is over."""

import re
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError, WaiterError

from include.aws.errors import THROTTLED
from include.change import patience
from include.change.patience import Patience, throttled
from include.ledger import freezes, views
from tests.change.world import NOW, World, denied, timed_out

EVER = 1000


def test_each_of_aws_s_words_for_it_is_known():
    assert {
        "Throttling",
        "ThrottlingException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
    } <= THROTTLED
    assert all(throttled(denied(code)) for code in THROTTLED)


@pytest.mark.parametrize(
    ("error", "is_throttling"),
    [
        pytest.param(WaiterError("w", "r", {"Error": {"Code": "Throttling"}}), True, id="in a waiter"),
        pytest.param(WaiterError("w", "gave up", {"Volumes": []}), False, id="a waiter that gave up"),
        pytest.param(denied("UnauthorizedOperation"), False, id="denied"),
        pytest.param(ReadTimeoutError(endpoint_url="https://x"), False, id="no answer"),
        pytest.param(ValueError("Throttling"), False, id="not from AWS"),
    ],
)
def test_only_throttling_is_waited_out(error, is_throttling):
    assert throttled(error) is is_throttling


def test_pauses_grow_and_end():
    pauses = []
    waiting = Patience(pauses.append)
    while waiting.wait(denied("Throttling")):
        pass
    assert pauses[:6] == [2, 4, 8, 16, 32, 60]
    assert max(pauses) == 60
    assert sum(pauses) == patience.TOTAL_SECONDS == 900


@pytest.mark.parametrize("moment", ["read", "before", "after"])
@pytest.mark.parametrize("code", ["Throttling", "RequestLimitExceeded", "TooManyRequestsException"])
def test_throttled_for_a_while_is_applied_once(world: World, approved, carried, moment, code):
    world.faults[moment, "i-3"] = [denied(code) for _ in range(4)]
    pauses = []
    applied = carried(approved.digest, pause=pauses.append)
    assert set(applied.states.values()) == {"applied"}
    assert world.effects["i-3"] == 1
    assert [seconds for seconds in pauses if seconds] == [2, 4, 8, 16]


def test_throttled_when_reading_back_is_asked_again(world, approved, carried):
    def throttle():
        world.hooks.clear()
        world.faults["read", "i-3"] = [denied("Throttling") for _ in range(3)]

    world.hooks["after", "i-3"] = throttle
    applied = carried(approved.digest)
    assert set(applied.states.values()) == {"applied"}
    assert world.faults["read", "i-3"] == []
    assert world.effects["i-3"] == 1


def test_throttled_for_ever_is_a_failure_with_its_code_and_nothing_was_done(ledger, world, approved, carried):
    world.faults["before", "i-3"] = [denied("RequestLimitExceeded") for _ in range(EVER)]
    pauses = []
    applied = carried(approved.digest, pause=pauses.append)
    failed = [e for e in views.plan(ledger, approved.digest).executions if e.state == "failed"]
    assert [e.error_code for e in failed] == ["RequestLimitExceeded"]
    assert sorted(applied.states.values()) == [*["applied"] * 4, "failed"]
    assert sum(pauses) == patience.TOTAL_SECONDS
    assert world.effects["i-3"] == 0


def test_other_refusals_are_not_waited_out(world, approved, carried):
    world.faults["before", "i-3"] = [denied()]
    pauses = []
    carried(approved.digest, pause=pauses.append)
    assert [seconds for seconds in pauses if seconds] == []


def test_no_answer_and_then_throttled_is_still_done_once(world, approved, carried):
    world.faults["after", "i-3"] = [timed_out(), denied("Throttling"), timed_out()]
    applied = carried(approved.digest)
    assert set(applied.states.values()) == {"applied"}
    assert world.effects["i-3"] == 1


def test_a_freeze_set_while_aws_throttles_holds_the_change(ledger, world, approved, carried):
    def freeze(seconds):
        if seconds:
            until = NOW + timedelta(hours=1)
            freezes.set_freeze(ledger, reason="incident 7", owner="ann", now=NOW, expires_at=until)

    first = approved.changes[0]
    world.faults["before", first.resource_id] = [denied("Throttling")]
    applied = carried(approved.digest, pause=freeze)
    assert set(applied.states.values()) == {"skipped"}
    assert "incident 7" in applied.reasons[first.change_id]
    assert not world.effects


def test_what_somebody_else_did_while_aws_throttled_is_left_alone(world, approved, carried):
    def meddle(seconds):
        if seconds:
            world.resources["i-3"] = {"state": "running", "size": "huge"}

    world.faults["before", "i-3"] = [denied("Throttling")]
    applied = carried(approved.digest, pause=meddle)
    (why,) = [reason for reason in applied.reasons.values() if reason]
    assert re.search("throttled it.*neither before nor after.*huge", why)
    assert world.effects["i-3"] == 0


def test_a_policy_that_broke_while_reading_was_throttled_lets_nothing_through(
    world, approved, carried, policy
):
    def spoil(seconds):
        if seconds:
            policy(instead="approvers: 7")

    first = approved.changes[0].resource_id
    world.faults["read", first] = [denied("Throttling")]
    applied = carried(approved.digest, pause=spoil)
    assert set(applied.states.values()) == {"skipped"}
    assert not world.effects
