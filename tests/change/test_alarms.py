"""Outcome alarms: not OK before, nothing is applied; in ALARM during, the rest is not begun."""

from datetime import timedelta

import pytest

from include.change import alarms, gate, signoff
from include.core.errors import Blocked, NotSignedOff
from include.ledger import views
from include.policies.change import Alarm
from tests.change.alarm_world import ALARMS, CloudWatch
from tests.change.world import NOW, Killed, answer, denied, finding, plan


@pytest.fixture
def guarded(policy):
    policy(ALARMS)


@pytest.fixture
def cloudwatch(guarded):
    return CloudWatch(checkout="OK")


def kinds(ledger, digest):
    return [row.kind for row in views.plan(ledger, digest).journal]


def untouched(world):
    return not world.effects and all(r["state"] == "running" for r in world.resources.values())


@pytest.mark.parametrize(
    ("state", "why"),
    [
        pytest.param("ALARM", "is in ALARM: checkout is ALARM", id="rings"),
        pytest.param("INSUFFICIENT_DATA", "has INSUFFICIENT_DATA", id="has no data"),
        pytest.param(None, "does not exist", id="is not there"),
        pytest.param(denied("AccessDenied"), "cannot be read: AccessDenied", id="is denied"),
        pytest.param(
            denied("ThrottlingException"), "cannot be read: ThrottlingException", id="is throttled out"
        ),
    ],
)
def test_an_alarm_that_is_not_ok_blocks_and_the_plan_stays_as_it_is(
    ledger, world, approved, carried, cloudwatch, state, why
):
    cloudwatch.states["checkout"] = state
    with pytest.raises(Blocked, match=why):
        carried(approved.digest, readers=cloudwatch.clients)
    assert untouched(world)
    view = views.plan(ledger, approved.digest)
    assert {e.state for e in view.executions} == {"planned"}
    assert view.state == "waiting_at_gate"
    assert why in view.waiting_for[0]
    assert view.journal[-1].kind == "apply.blocked"
    assert why in view.journal[-1].body


def test_once_the_alarm_is_ok_the_same_sign_off_goes_through(ledger, world, approved, carried, cloudwatch):
    cloudwatch.states["checkout"] = "ALARM"
    with pytest.raises(Blocked):
        carried(approved.digest, readers=cloudwatch.clients)
    cloudwatch.states["checkout"] = "OK"
    applied = carried(approved.digest, readers=cloudwatch.clients)
    assert set(applied.states.values()) == {"applied"}


def test_an_alarm_does_not_prolong_a_sign_off(ledger, world, approved, carried, cloudwatch):
    cloudwatch.states["checkout"] = "ALARM"
    with pytest.raises(Blocked):
        carried(approved.digest, readers=cloudwatch.clients)
    cloudwatch.states["checkout"] = "OK"
    with pytest.raises(NotSignedOff, match="expired"):
        carried(approved.digest, readers=cloudwatch.clients, now=NOW + timedelta(hours=24))
    assert untouched(world)


def test_apply_without_the_means_to_read_alarms_applies_nothing(world, approved, carried, cloudwatch):
    with pytest.raises(Blocked, match="no clients in the read role"):
        carried(approved.digest)
    assert untouched(world)


def test_alarms_are_read_where_they_are(world, approved, carried, cloudwatch):
    carried(approved.digest, readers=cloudwatch.clients)
    assert set(cloudwatch.asked) == {("111111111111", "eu-west-1", "cloudwatch")}


def test_throttling_of_the_alarms_is_waited_out(world, approved, carried, cloudwatch):
    cloudwatch.states["checkout"] = denied("Throttling")
    pauses = []

    def recover(seconds):
        pauses.append(seconds)
        cloudwatch.states["checkout"] = "OK"

    assert set(carried(approved.digest, readers=cloudwatch.clients, pause=recover).states.values()) == {
        "applied"
    }
    assert pauses[0] == 2


def test_an_alarm_that_rings_after_the_canary_stops_the_rest(ledger, world, approved, carried, cloudwatch):
    cloudwatch.then = {2: {"checkout": "ALARM"}}
    applied = carried(approved.digest, readers=cloudwatch.clients)
    assert list(applied.states.values()) == ["applied", *["skipped"] * 4]
    assert "checkout" in applied.stopped
    assert sum(world.effects.values()) == 1
    assert kinds(ledger, approved.digest).count("alarm.tripped") == 1
    assert all("ALARM" in reason for reason in list(applied.reasons.values())[1:])


def test_an_alarm_that_rings_after_the_last_wave_is_noticed(ledger, approved, carried, cloudwatch):
    cloudwatch.then = {3: {"checkout": "ALARM"}}
    applied = carried(approved.digest, readers=cloudwatch.clients)
    assert set(applied.states.values()) == {"applied"}
    assert "alarm.tripped" in kinds(ledger, approved.digest)


@pytest.mark.parametrize(
    ("rings_at", "tripped"), [pytest.param(5, True, id="within it"), pytest.param(99, False, id="after it")]
)
def test_alarms_are_watched_on_for_a_while(ledger, approved, carried, policy, rings_at, tripped):
    policy("waves: {pause_seconds: 0, alarm_watch_seconds: 40}\n" + ALARMS)
    cloudwatch, pauses = CloudWatch(checkout="OK"), []
    cloudwatch.then = {rings_at: {"checkout": "ALARM"}}
    carried(approved.digest, readers=cloudwatch.clients, pause=pauses.append)
    assert ("alarm.tripped" in kinds(ledger, approved.digest)) is tripped
    assert pauses == [0, 15, 15, 10][: 3 if tripped else 4]


@pytest.mark.parametrize("state", [denied("AccessDenied"), "INSUFFICIENT_DATA", None])
def test_what_cannot_be_judged_during_stops_without_accusing(ledger, approved, carried, cloudwatch, state):
    cloudwatch.then = {2: {"checkout": state}}
    applied = carried(approved.digest, readers=cloudwatch.clients)
    assert list(applied.states.values()) == ["applied", *["skipped"] * 4]
    assert "checkout" in applied.stopped
    assert "alarm.tripped" not in kinds(ledger, approved.digest)


def test_an_alarm_that_rings_while_a_worker_is_dead_begins_nothing_more(
    ledger, world, approved, carried, cloudwatch
):
    """Killed before it did anything: the claimed change is settled by reading, not by acting."""
    first = approved.changes[0].resource_id
    world.faults["before", first] = [Killed()]
    with pytest.raises(Killed):
        carried(approved.digest, readers=cloudwatch.clients)
    cloudwatch.states["checkout"] = "ALARM"
    applied = carried(approved.digest, worker="w2", readers=cloudwatch.clients)
    assert set(applied.states.values()) == {"skipped"}
    assert untouched(world)
    assert "alarm.tripped" in kinds(ledger, approved.digest)


@pytest.mark.parametrize(
    ("environment", "guards"),
    [
        pytest.param(None, True, id="every plan"),
        pytest.param(["development"], True, id="where something changes"),
        pytest.param(["production"], False, id="where nothing changes"),
        pytest.param(["production", "development"], True, id="one of several"),
    ],
)
def test_an_alarm_guards_the_plans_that_touch_its_environments(approved, environment, guards):
    alarm = Alarm(name="a", account_id="9" * 12, region="us-east-1", environment=environment)
    assert alarm.guards(approved.changes) is guards


def test_hostile_alarm_reasons_are_made_harmless(approved, carried, cloudwatch):
    cloudwatch.paginate = lambda **_: [
        {
            "MetricAlarms": [
                {"AlarmName": "checkout", "StateValue": "ALARM", "StateReason": "x\x1b[2J\ny\u202ez"}
            ]
        }
    ]
    with pytest.raises(Blocked) as blocked:
        carried(approved.digest, readers=cloudwatch.clients)
    assert not set("\x1b\n\u202e") & set(str(blocked.value))


def test_the_gate_waits_for_alarms_and_says_so_once(ledger, approved, cloudwatch):
    def asked():
        def look(plan):
            return alarms.not_ok(plan, clients=cloudwatch.clients, pause=lambda seconds: None)

        return gate.verdict(ledger, approved.digest, NOW, not_ok=look)

    cloudwatch.states["checkout"] = "ALARM"
    found = [asked(), asked()]
    assert [(one.state, one.alarmed) for one in found] == [("wait", True)] * 2
    assert "checkout" in found[0].reasons[0]
    assert kinds(ledger, approved.digest).count("gate.wait") == 1
    cloudwatch.states["checkout"] = "OK"
    assert asked() == gate.Verdict("open", [])


def test_the_gate_does_not_ask_aws_about_what_it_holds_anyway(ledger, stops, cloudwatch):
    def never(plan):
        raise AssertionError("nobody signed it off yet")

    assert gate.verdict(ledger, stops.digest, NOW, not_ok=never).reasons == ["0 of 1 sign-offs"]


def test_without_alarms_in_policy_nobody_is_asked(ledger, world, carried):
    made = plan(ledger, world, [finding("i-1")]).plans[0]
    signoff.record(ledger, made.digest, answer(), now=NOW)
    cloudwatch = CloudWatch()
    carried(made.digest, readers=cloudwatch.clients)
    assert cloudwatch.calls == 0
