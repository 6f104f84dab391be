"""Every guarantee of apply, by somebody trying to break it."""

from datetime import timedelta

import pytest

from include.change import gate, signoff
from include.core.errors import NotSignedOff
from include.ledger import freezes, views
from tests.change.world import NOW, Killed, answer, denied, finding, plan, running, server_error, timed_out

STATES = {"i-1", "i-2", "i-3", "i-4", "i-5"}


def by_resource(plan, applied):
    return {change.resource_id: applied.states[change.change_id] for change in plan.changes}


def kinds(ledger, digest):
    return [row.kind for row in views.plan(ledger, digest).journal]


def untouched(world):
    return not world.effects and all(r["state"] == "running" for r in world.resources.values())


def test_what_was_signed_off_is_applied_once_and_the_journal_tells(ledger, world, approved, carried):
    applied = carried(approved.digest)
    assert set(applied.states.values()) == {"applied"}
    assert {i: r["state"] for i, r in world.resources.items()} == dict.fromkeys(STATES, "stopped")
    assert set(world.effects.values()) == {1}
    view = views.plan(ledger, approved.digest)
    assert view.state == "applied"
    assert kinds(ledger, approved.digest).count("change.claimed") == 5
    assert kinds(ledger, approved.digest).count("change.applied") == 5
    assert views.verify_journal(ledger).ok


def test_applying_again_after_success_does_nothing(ledger, world, approved, carried):
    first = carried(approved.digest)
    world.resources["i-1"]["state"] = "running"
    assert carried(approved.digest, worker="w2") == first
    assert world.effects["i-1"] == 1


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        pytest.param([answer(option="Reject")], "rejected", id="rejected"),
        pytest.param([answer(option="Reject", who=None)], "rejected", id="silence"),
    ],
)
def test_without_a_sign_off_in_the_ledger_nothing_is_applied(ledger, world, stops, carried, answers, why):
    for given in answers:
        signoff.record(ledger, stops.digest, given, now=NOW)
    with pytest.raises(NotSignedOff, match=why):
        carried(stops.digest)
    assert untouched(world)
    assert kinds(ledger, stops.digest)[-1] == "apply.refused"


def test_a_freeze_set_between_gate_and_apply_holds(ledger, world, approved, carried):
    assert gate.verdict(ledger, approved.digest, NOW).state == "open"
    until = NOW + timedelta(hours=1)
    freeze = freezes.set_freeze(ledger, reason="incident 7", owner="ann", now=NOW, expires_at=until)
    with pytest.raises(NotSignedOff, match="incident 7"):
        carried(approved.digest)
    assert untouched(world)
    freezes.lift(ledger, freeze, by="ann", now=NOW)
    assert set(carried(approved.digest).states.values()) == {"applied"}


def test_a_freeze_set_after_the_canary_stops_the_rest(ledger, world, approved, carried):
    def freeze(seconds):
        until = NOW + timedelta(hours=1)
        freezes.set_freeze(ledger, reason="incident 7", owner="ann", now=NOW, expires_at=until)

    applied = carried(approved.digest, pause=freeze)
    assert sorted(applied.states.values()) == ["applied", *["skipped"] * 4]
    assert sum(world.effects.values()) == 1
    assert views.plan(ledger, approved.digest).state == "partly_applied"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        pytest.param("approvers: {finops: [ben]}", "not among the approvers", id="ann is no approver now"),
        pytest.param("approvers: {finops: []}", "not among the approvers", id="no approver is left"),
    ],
)
def test_a_sign_off_counts_only_while_policy_lists_the_person(world, approved, carried, policy, more, why):
    policy(more)
    with pytest.raises(NotSignedOff, match=why):
        carried(approved.digest)
    assert untouched(world)


@pytest.mark.parametrize("level", ["forbid", "two_person"])
def test_policy_that_turned_stricter_after_the_sign_off_wins(ledger, world, approved, carried, policy, level):
    policy(f"rules: [{{match: {{action: fake.stop}}, level: {level}}}]")
    applied = carried(approved.digest)
    assert set(applied.states.values()) == {"skipped"}
    assert untouched(world)


def test_a_requester_rule_set_after_the_sign_off_wins(ledger, world, carried, policy):
    policy("sign_off: {groups: [finops], requester_may_approve: true}")
    made = plan(ledger, world, [finding("i-1")], requester="ann").plans[0]
    signoff.record(ledger, made.digest, answer("ann"), now=NOW)
    policy("sign_off: {groups: [finops]}")
    with pytest.raises(NotSignedOff, match="asked for this plan"):
        carried(made.digest)
    assert untouched(world)


def test_an_auto_plan_needs_nobody_but_the_policy_in_force(ledger, world, carried, policy):
    policy("rules: [{match: {action: fake.stop}, level: auto}]")
    made = plan(ledger, world, [finding("i-1")]).plans[0]
    assert (made.level, views.plan(ledger, made.digest).state) == ("auto", "signed_off")
    policy("")
    applied = carried(made.digest)
    assert set(applied.states.values()) == {"skipped"}
    assert untouched(world)


def test_an_auto_plan_is_applied_without_being_asked_about(ledger, world, carried, policy):
    policy("rules: [{match: {action: fake.stop}, level: auto}]")
    made = plan(ledger, world, [finding("i-1")]).plans[0]
    assert set(carried(made.digest).states.values()) == {"applied"}


def test_a_plan_edited_after_the_canary_stops_the_rest(world, approved, carried, tamper):
    applied = carried(
        approved.digest,
        pause=lambda seconds: tamper("UPDATE plans SET content = replace(content, 'i-4', 'i-9')"),
    )
    assert sorted(applied.states.values()) == ["applied", *["skipped"] * 4]
    assert sum(world.effects.values()) == 1


def test_the_database_refuses_even_its_owner_to_edit_a_plan(owner, approved):
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    def edit():
        with owner.transaction() as session:
            session.execute(text("UPDATE plans SET content = '{}'"))

    with pytest.raises(ProgrammingError, match="immutable"):
        edit()


@pytest.mark.parametrize(
    ("live", "why"),
    [
        pytest.param({"state": "running", "size": "huge"}, "size: 'large' -> 'huge'", id="resized since"),
        pytest.param({"state": "stopped", "size": "large"}, "already as this change", id="stopped since"),
        pytest.param(None, "live is gone", id="gone since"),
    ],
)
def test_a_stale_resource_is_skipped_and_reported(ledger, world, approved, carried, live, why):
    world.resources["i-2"] = live
    applied = carried(approved.digest)
    assert by_resource(approved, applied) == dict.fromkeys(STATES, "applied") | {"i-2": "stale"}
    assert world.effects["i-2"] == 0
    assert any(why in reason for reason in applied.reasons.values())
    assert views.plan(ledger, approved.digest).state == "partly_applied"


def test_a_refusal_by_aws_is_a_failure_with_its_code(ledger, world, approved, carried):
    world.faults["before", "i-3"] = [denied("IncorrectInstanceState")]
    applied = carried(approved.digest)
    assert by_resource(approved, applied)["i-3"] == "failed"
    failed = next(e for e in views.plan(ledger, approved.digest).executions if e.state == "failed")
    assert (failed.error_code, failed.live) == (
        "IncorrectInstanceState",
        {"state": "running", "size": "large"},
    )


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("error", [server_error, timed_out])
def test_no_answer_is_asked_for_once_more(world, approved, carried, error, moment):
    world.faults[moment, "i-3"] = [error()]
    applied = carried(approved.digest)
    assert set(applied.states.values()) == {"applied"}
    assert world.effects["i-3"] == 1


def test_no_answer_at_all_is_settled_by_reading(world, approved, carried):
    world.faults["before", "i-2"] = [timed_out(), timed_out()]
    world.faults["after", "i-3"] = [timed_out(), timed_out()]
    applied = carried(approved.digest)
    assert by_resource(approved, applied) == dict.fromkeys(STATES, "applied") | {"i-2": "failed"}
    assert (world.effects["i-2"], world.effects["i-3"]) == (0, 1)


@pytest.mark.parametrize("error", [denied("IncorrectState"), denied("ThrottlingException")])
def test_an_error_after_the_call_took_effect_is_settled_by_reading(world, approved, carried, error):
    world.faults["after", "i-3"] = [error]
    applied = carried(approved.digest)
    assert set(applied.states.values()) == {"applied"}
    assert world.effects["i-3"] == 1


def test_an_error_halfway_leaves_word_of_the_state_it_left(ledger, world, carried):
    made = plan(ledger, world, [finding("i-1", action="fake.resize", params={"size": "small"})]).plans[0]
    signoff.record(ledger, made.digest, answer(), now=NOW)
    world.faults["halfway", "i-1"] = [denied("InsufficientInstanceCapacity")]
    applied = carried(made.digest)
    assert set(applied.states.values()) == {"failed"}
    assert "state: 'running' -> 'stopped'" in "".join(applied.reasons.values())


def test_a_failed_canary_stops_everything(world, approved, carried):
    world.faults["before", approved.changes[0].resource_id] = [denied()]
    applied = carried(approved.digest)
    assert sorted(applied.states.values()) == ["failed", *["skipped"] * 4]
    assert "canary" in list(applied.reasons.values())[-1]


def test_a_stale_canary_proves_nothing_and_the_next_is_the_canary(world, approved, carried):
    first, second = (change.resource_id for change in approved.changes[:2])
    world.resources[first] = None
    world.faults["before", second] = [denied()]
    applied = carried(approved.digest)
    assert sorted(applied.states.values()) == ["failed", "skipped", "skipped", "skipped", "stale"]


def test_the_breaker_stops_the_waves_behind_it(world, approved, carried, policy):
    policy("waves: {canary: 1, batch: 2, pause_seconds: 0, stop_after_failures: 2}")
    for change in approved.changes[1:3]:
        world.faults["before", change.resource_id] = [denied()]
    applied = carried(approved.digest)
    assert list(applied.states.values()) == ["applied", "failed", "failed", "skipped", "skipped"]


def test_the_breaker_remembers_what_failed_before_the_worker_was_killed(world, approved, carried, policy):
    policy("waves: {canary: 1, batch: 1, pause_seconds: 0, stop_after_failures: 2}")
    for change in approved.changes[1:3]:
        world.faults["before", change.resource_id] = [denied()]
    with pytest.raises(Killed):
        carried(approved.digest, pause=_kill_after(world, acts=2))
    applied = carried(approved.digest, worker="w2")
    assert list(applied.states.values()) == ["applied", "failed", "failed", "skipped", "skipped"]


def _kill_after(world, acts):
    """A pause in which the worker dies once so many changes were acted on."""

    def pause(seconds):
        if len(world.order) >= acts:
            raise Killed

    return pause


def test_waves_are_a_canary_and_then_batches_with_a_pause_between(world, approved, carried, policy):
    policy("waves: {canary: 1, batch: 2, pause_seconds: 7, stop_after_failures: 2}")
    pauses = []
    carried(approved.digest, pause=lambda seconds: pauses.append((seconds, len(world.order))))
    assert pauses == [(7, 1), (7, 3)]


def test_a_part_left_out_is_not_applied(ledger, world, stops, carried):
    left = stops.changes[0]
    rest = signoff.record(ledger, stops.digest, answer(leave_out=[left.change_id]), now=NOW)
    with pytest.raises(NotSignedOff, match="approved in part"):
        carried(stops.digest)
    applied = carried(rest)
    assert left.change_id not in applied.states
    assert set(applied.states.values()) == {"applied"}
    assert world.effects[left.resource_id] == 0


def test_an_action_that_no_longer_exists_is_a_failure(ledger, world, approved, carried, monkeypatch):
    from include.core.errors import WatchkeeperError

    def gone(action_id):
        raise WatchkeeperError(f"no action {action_id!r}")

    monkeypatch.setattr(world, "action", gone)
    applied = carried(approved.digest)
    assert sorted(applied.states.values()) == ["failed", *["skipped"] * 4]
    assert untouched(world)


def test_two_plans_on_one_resource_change_it_once(ledger, world, carried):
    digests = []
    for run_id in ("run-1", "run-2"):
        made = plan(ledger, world, [finding("i-1")], run_id=run_id).plans[0]
        signoff.record(ledger, made.digest, answer(), now=NOW)
        digests.append(made.digest)
    states = [set(carried(digest).states.values()) for digest in digests]
    assert states == [{"applied"}, {"stale"}]
    assert world.effects["i-1"] == 1


def test_a_second_plan_does_not_touch_a_resource_that_is_being_changed(ledger, world, carried):
    digests = []
    for run_id in ("run-1", "run-2"):
        made = plan(ledger, world, [finding("i-1")], run_id=run_id).plans[0]
        signoff.record(ledger, made.digest, answer(), now=NOW)
        digests.append(made.digest)
    meanwhile = []
    world.hooks["before", "i-1"] = lambda: meanwhile.append(carried(digests[1], worker="w2"))
    assert set(carried(digests[0]).states.values()) == {"applied"}
    assert [set(other.states.values()) for other in meanwhile] == [{"stale"}]
    assert world.effects["i-1"] == 1


def test_a_second_worker_does_not_steal_a_plan_that_is_being_applied(ledger, world, approved, carried):
    from include.core.errors import WatchkeeperError

    refused = []

    def steal():
        try:
            carried(approved.digest, worker="w2")
        except WatchkeeperError as error:
            refused.append(str(error))

    world.hooks["before", "i-1"] = steal
    assert set(carried(approved.digest).states.values()) == {"applied"}
    assert len(refused) == 1
    assert "another worker" in refused[0]
    assert set(world.effects.values()) == {1}


def test_the_world_of_other_resources_is_left_alone(world, approved, carried):
    world.resources |= running("i-99")
    carried(approved.digest)
    assert world.effects["i-99"] == 0
