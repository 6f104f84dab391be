"""What rolls back by itself, what must not, and every way to make it undo what nobody undid."""

import json
from datetime import timedelta

import pytest

from include.change import auto_rollback, signoff, verify
from include.core.changes import ChangePlan
from include.core.errors import LedgerUnavailable, NotSignedOff
from include.ledger import freezes, plans, views
from tests.change.alarm_world import ALARMS, CloudWatch
from tests.change.world import NOW, Killed, answer, denied, finding, plan

ALL = ("i-1", "i-2", "i-3", "i-4", "i-5")


@pytest.fixture
def cloudwatch(policy):
    policy(ALARMS)
    return CloudWatch(checkout="OK")


@pytest.fixture
def back(ledger, world):
    """Rolls back what must be."""

    def roll_back(digest, *, now=NOW, worker="w1", pause=lambda seconds: None):
        return auto_rollback.roll_back(
            ledger,
            digest,
            world.clients,
            world.clients,
            worker=worker,
            now=lambda: now,
            pause=pause,
            action=world.action,
        )

    return roll_back


@pytest.fixture
def rings(ledger, world, carried, cloudwatch):
    """Plans, signs and applies these findings; the alarm rings after the last wave."""

    def apply(*rows, run_id="run-1"):
        (made,) = plan(ledger, world, rows or [finding(i) for i in ALL], run_id=run_id).plans
        signoff.record(ledger, made.digest, answer(), now=NOW)
        look = cloudwatch.calls
        waves = 1 if len(made.changes) == 1 else 2
        cloudwatch.states, cloudwatch.then = {"checkout": "OK"}, {look + 1 + waves: {"checkout": "ALARM"}}
        carried(made.digest, readers=cloudwatch.clients)
        return made

    return apply


def states(ledger, digest):
    return [e.state for e in views.plan(ledger, digest).executions]


def kinds(ledger, digest):
    return [row.kind for row in views.plan(ledger, digest).journal]


def live(world):
    return {i: world.resources[i]["state"] for i in ALL}


def forged(ledger, parent, changes, undoes, *, level="auto", run="x/forged"):
    """An automatic rollback that somebody with the application's database role wrote himself."""
    made = parent.model_copy(
        update={"changes": tuple(changes), "parent_digest": parent.digest, "level": level, "run": run}
    )
    with ledger.transaction() as session:
        plans.store(
            session,
            made,
            origin="auto_rollback",
            state="signed_off",
            dag_id="x",
            run_id="forged",
            now=NOW,
            undoes=undoes,
        )
    return made


def inverse_of(world, change, **other):
    start = {"action": "fake.start", "before": change.after, "after": change.before, "params": {}}
    return change.model_copy(update=start | other)


def test_what_tripped_an_alarm_goes_back_and_both_plans_tell(ledger, world, rings, back):
    made = rings()
    found = back(made.digest)
    assert set(live(world).values()) == {"running"}
    assert set(world.effects.values()) == {2}
    assert set(found.states.values()) == {"rolled_back"}
    assert found.why == ["alarm"]
    original = views.plan(ledger, made.digest)
    assert original.state == "rolled_back"
    assert {"alarm.tripped", "rollback.automatic", "change.rolled_back"} <= set(kinds(ledger, made.digest))
    (child,) = original.children
    assert (child.origin, child.level, child.requester) == ("auto_rollback", "auto", None)
    assert child.state == "applied"
    assert set(states(ledger, child.digest)) == {"verified"}
    assert views.overview(ledger).saving_applied_usd_month == 0
    assert views.verify_journal(ledger).ok


def test_newest_first_and_in_waves(ledger, world, rings, back):
    made = rings()
    world.order.clear()
    back(made.digest)
    assert world.order[0] == made.changes[-1].resource_id


def test_only_what_was_applied_goes_back(ledger, world, approved, carried, cloudwatch, back):
    cloudwatch.then = {2: {"checkout": "ALARM"}}
    carried(approved.digest, readers=cloudwatch.clients)
    back(approved.digest)
    assert states(ledger, approved.digest) == ["rolled_back", *["skipped"] * 4]
    assert views.plan(ledger, approved.digest).state == "rolled_back"
    assert sum(world.effects.values()) == 2


def test_running_it_again_does_nothing_more(ledger, world, rings, back):
    made = rings()
    first, rows = back(made.digest), len(views.journal(ledger, limit=1000))
    again = back(made.digest, worker="w2")
    assert again.states == first.states
    assert len(views.journal(ledger, limit=1000)) == rows
    assert set(world.effects.values()) == {2}


@pytest.mark.parametrize("moment", ["read", "before", "after"])
def test_a_rollback_whose_worker_is_killed_goes_on_where_it_was(ledger, world, rings, back, moment):
    made = rings()
    hit = made.changes[-1].resource_id
    reads = {"read": [denied("Throttling"), Killed()]}.get(moment, [Killed()])
    world.faults[moment, hit] = reads
    with pytest.raises(Killed):
        back(made.digest)
    found = back(made.digest, worker="w2")
    assert set(found.states.values()) == {"rolled_back"}
    assert set(world.effects.values()) == {2}
    assert len(views.plan(ledger, made.digest).children) == 1


def test_without_a_cause_nothing_goes_back(ledger, world, approved, carried, back):
    carried(approved.digest)
    assert back(approved.digest) is None
    assert set(live(world).values()) == {"stopped"}


def test_what_the_rule_still_finds_goes_back_and_nothing_else(ledger, world, approved, carried, back):
    carried(approved.digest)
    still = approved.changes[1]
    verify.verify_plan(ledger, approved.digest, lambda changes: {still.change_id}, NOW)
    found = back(approved.digest)
    assert found.why == ["still_found"]
    assert found.states[still.change_id] == "rolled_back"
    assert sorted(found.states.values()) == ["rolled_back", *["verified"] * 4]
    assert [i for i, state in live(world).items() if state == "running"] == [still.resource_id]
    assert views.plan(ledger, approved.digest).state == "partly_applied"


@pytest.mark.parametrize("allowed", ["[]", "[still_found]"])
def test_policy_that_does_not_roll_back_on_alarms_leaves_it_to_a_human(world, rings, back, policy, allowed):
    made = rings()
    policy(f"roll_back_on: {allowed}\n" + ALARMS)
    assert back(made.digest) is None
    assert set(live(world).values()) == {"stopped"}


def test_what_has_no_way_back_stays_and_says_why(ledger, world, rings, back):
    made = rings(finding("i-1", action="fake.delete"), finding("i-2"), finding("i-3"))
    world.resources["i-2"] = {"state": "stopped", "size": "huge"}
    found = back(made.digest)
    of = {c.resource_id: (found.states[c.change_id], found.reasons.get(c.change_id)) for c in made.changes}
    assert of["i-1"] == ("applied", "not rolled back: no way back: what is deleted is gone")
    assert of["i-2"][0] == "applied"
    assert "not rolled back: changed since it was applied" in of["i-2"][1]
    assert of["i-3"][0] == "rolled_back"
    assert views.plan(ledger, made.digest).state == "partly_applied"
    assert kinds(ledger, made.digest).count("change.not_rolled_back") == 2
    rows = len(views.journal(ledger, limit=1000))
    back(made.digest)
    assert len(views.journal(ledger, limit=1000)) == rows


def test_when_nothing_has_a_way_back_that_is_said_too(ledger, world, rings, back):
    made = rings(finding("i-1", action="fake.delete"))
    found = back(made.digest)
    assert (found.digests, set(found.states.values())) == ([], {"applied"})
    assert all("no way back" in reason for reason in found.reasons.values())


def test_a_way_back_that_fails_is_said_on_the_change_it_should_have_undone(ledger, world, rings, back):
    made = rings(finding("i-1"), finding("i-2"))
    last = made.changes[-1]
    world.faults["before", last.resource_id] = [denied("InsufficientInstanceCapacity")]
    found = back(made.digest)
    assert set(found.states.values()) == {"applied"}
    assert "not rolled back: failed" in found.reasons[last.change_id]
    assert "circuit breaker" in found.reasons[made.changes[0].change_id]


def test_throttling_is_waited_out_on_the_way_back_too(world, rings, back):
    made = rings(finding("i-1"))
    world.faults["read", "i-1"] = [denied("Throttling") for _ in range(3)]
    pauses = []
    assert set(back(made.digest, pause=pauses.append).states.values()) == {"rolled_back"}
    assert pauses[:3] == [2, 4, 8]


def test_neither_a_freeze_nor_a_closed_window_holds_it_back(ledger, world, rings, back, policy):
    made = rings()
    policy(ALARMS + 'windows: [{cron: "0 2 * * *", hours: 1}]')
    until = NOW + timedelta(hours=1)
    freezes.set_freeze(ledger, reason="incident 7", owner="ann", now=NOW, expires_at=until)
    assert set(back(made.digest).states.values()) == {"rolled_back"}


def test_a_ringing_alarm_does_not_hold_back_what_may_silence_it(ledger, world, rings, carried, cloudwatch):
    from include.change import rollback

    made = rings()
    (undo,) = rollback.inverse_plan(
        ledger, made.digest, world.clients, requester=None, dag_id="roll_back_plan", run_id="r", now=NOW,
        action=world.action,
    ).plans  # fmt: skip
    signoff.record(ledger, undo.digest, answer(), now=NOW)
    assert cloudwatch.states["checkout"] == "ALARM"
    assert set(carried(undo.digest, readers=cloudwatch.clients).states.values()) == {"applied"}


@pytest.mark.parametrize("when", ["before it is planned", "before it is applied"])
def test_a_forbid_rule_holds_it_back(ledger, world, rings, back, policy, when):
    made = rings()
    forbid = "rules: [{match: {action: fake.start}, level: forbid}]\n" + ALARMS
    if when == "before it is planned":
        policy(forbid)
        found = back(made.digest)
    else:
        world.hooks["read", made.changes[0].resource_id] = lambda: policy(forbid)  # the last to be planned
        found = back(made.digest)
    assert set(live(world).values()) == {"stopped"}
    assert all("forbidden by" in reason for reason in found.reasons.values())
    assert set(found.states.values()) == {"applied"}


def test_an_old_alarm_rolls_nothing_back(world, rings, back):
    made = rings()
    assert back(made.digest, now=NOW + timedelta(hours=24)) is None
    assert set(live(world).values()) == {"stopped"}


def test_the_ledger_away_in_the_middle_is_settled_on_retry(ledger, world, rings, back):
    from sqlalchemy import text

    made = rings()

    def restart():
        world.hooks.clear()
        with ledger.transaction() as session:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))

    world.hooks["after", made.changes[-1].resource_id] = restart
    with pytest.raises(LedgerUnavailable):
        back(made.digest)
    assert set(back(made.digest, worker="w2").states.values()) == {"rolled_back"}
    assert set(world.effects.values()) == {2}


# Somebody tries to have something undone that nothing asks to be undone, or something else than was done.


def test_a_rollback_written_by_hand_without_a_cause_changes_nothing(ledger, world, approved, carried):
    carried(approved.digest)
    change = approved.changes[0]
    undoing = inverse_of(world, change)
    made = forged(ledger, approved, [undoing], {undoing.change_id: f"{approved.digest}/{change.change_id}"})
    applied = carried(made.digest)
    assert set(applied.states.values()) == {"skipped"}
    assert "holds no proven cause" in applied.reasons[undoing.change_id]
    assert live(world)[change.resource_id] == "stopped"
    assert "change.skipped" in kinds(ledger, made.digest)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        pytest.param({"resource_id": "i-99"}, "not the inverse", id="another resource"),
        pytest.param({"action": "fake.delete"}, "not the inverse", id="another action"),
        pytest.param({"params": {"size": "huge"}}, "not the inverse", id="other parameters"),
        pytest.param({"region": "us-east-1"}, "not the inverse", id="another region"),
        pytest.param({"account_id": "2" * 12}, "not the inverse", id="another account"),
    ],
)
def test_only_the_exact_inverse_goes_through(ledger, world, rings, carried, other, why):
    parent = rings()
    world.resources["i-99"] = {"state": "stopped", "size": "large"}
    change = parent.changes[0]
    undoing = inverse_of(world, change, **other)
    made = forged(ledger, parent, [undoing], {undoing.change_id: f"{parent.digest}/{change.change_id}"})
    applied = carried(made.digest)
    assert set(applied.states.values()) == {"skipped"}
    assert why in applied.reasons[undoing.change_id]
    assert world.resources["i-99"]["state"] == "stopped"
    assert set(live(world).values()) == {"stopped"}


@pytest.mark.parametrize(
    "undoes",
    [
        pytest.param(None, id="nothing"),
        pytest.param("{parent}/chg-000000000000", id="a change that is not there"),
        pytest.param("{other}/{change}", id="another plan's change"),
    ],
)
def test_what_it_undoes_must_be_a_change_of_its_parent(ledger, world, rings, carried, undoes):
    other = rings(finding("i-1"), run_id="other")
    parent = rings(finding("i-2"))
    change = parent.changes[0]
    undoing = inverse_of(world, change)
    theirs = other.changes[0].change_id
    named = undoes and undoes.format(parent=parent.digest, other=other.digest, change=theirs)
    made = forged(ledger, parent, [undoing], {undoing.change_id: named} if named else {})
    assert set(carried(made.digest).states.values()) == {"skipped"}
    assert world.resources["i-2"]["state"] == "stopped"


CAUSE = "WHERE kind = 'alarm.tripped'"
TAMPERED = {
    "the cause was dated later": f"UPDATE journal SET at = at + interval '30 hours' {CAUSE}",
    "the cause's words were changed": f"UPDATE journal SET body = '{{}}' {CAUSE}",
    "the cause's hash was changed": f"UPDATE journal SET hash = repeat('a', 64) {CAUSE}",
    "what was applied was changed": "UPDATE journal SET body = replace(body, 'recovered', 'r') "
    "WHERE kind = 'change.applied'",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_journal_that_was_tampered_with_is_no_authority(world, rings, back, tamper, what):
    made = rings()
    tamper(TAMPERED[what])
    back(made.digest, now=NOW + timedelta(hours=25) if "later" in what else NOW)
    assert set(live(world).values()) == {"stopped"}


def test_a_row_with_a_hash_of_its_own_making_is_no_authority(ledger, world, approved, carried, tamper, back):
    """The row is consistent in itself, but the next row does not follow it."""
    from include.ledger.journal import row_hash

    carried(approved.digest)
    row = next(r for r in views.journal(ledger, limit=1000) if r.kind == "apply.started")
    body = json.dumps({"why": "forged"})
    made_up = row_hash(row.seq, row.at, "alarm.tripped", approved.digest, body, row.prev_hash)
    tamper(
        "UPDATE journal SET kind = 'alarm.tripped', body = :body, hash = :hash WHERE seq = :seq",
        body=body,
        hash=made_up,
        seq=row.seq,
    )
    assert back(approved.digest) is None
    assert set(live(world).values()) == {"stopped"}


def test_a_result_changed_in_the_ledger_does_not_change_what_is_undone(ledger, world, rings, back, tamper):
    """The inverse follows what the journal says was done, so the forged snapshot is not what comes back."""
    made = rings(finding("i-1", action="fake.snapshot_delete"))
    world.resources["snap-evil"] = {"state": "stored"}
    tamper("""UPDATE executions SET result = '{"snapshot_id": "snap-evil"}'""")
    found = back(made.digest)
    assert set(found.states.values()) == {"applied"}
    assert world.resources["snap-evil"] == {"state": "stored"}
    assert all("not the inverse" in reason for reason in found.reasons.values())


def test_a_signed_off_plan_turned_into_a_rollback_loses_its_way(ledger, world, stops, carried, tamper):
    """Neither the sign-off it lacks nor the freeze it would dodge is got round by naming it a rollback."""
    tamper("UPDATE plans SET origin = 'auto_rollback', state = 'signed_off'")
    with pytest.raises(NotSignedOff, match="0 of 1"):
        carried(stops.digest)
    assert not world.effects


def test_a_plan_edited_in_the_ledger_is_rolled_back_by_nobody(ledger, world, rings, back, tamper):
    from include.core.errors import PlanChanged

    made = rings()
    tamper("UPDATE plans SET content = replace(content, 'i-1', 'i-9')")
    with pytest.raises(PlanChanged):
        back(made.digest)
    assert set(live(world).values()) == {"stopped"}


def test_what_was_rolled_back_already_is_not_rolled_back_again(ledger, world, rings, back, carried):
    parent: ChangePlan = rings()
    back(parent.digest)
    world.resources[parent.changes[0].resource_id]["state"] = "stopped"
    undoing = inverse_of(world, parent.changes[0])
    named = {undoing.change_id: f"{parent.digest}/{parent.changes[0].change_id}"}
    made = forged(ledger, parent, [undoing], named)
    applied = carried(made.digest)
    assert "nothing to roll back" in applied.reasons[undoing.change_id]
    assert set(applied.states.values()) == {"skipped"}
