from include.change import rollback, signoff, verify
from include.ledger import views
from tests.change.world import NOW, answer, finding, plan


def undo(ledger, world, digest, *, run_id="back-1", only=None):
    return rollback.inverse_plan(
        ledger,
        digest,
        world.clients,
        requester="vic",
        dag_id="roll_back_plan",
        run_id=run_id,
        now=NOW,
        only=only,
        action=world.action,
    )


def done(ledger, world, carried, *rows):
    (made,) = plan(ledger, world, rows).plans
    signoff.record(ledger, made.digest, answer(), now=NOW)
    carried(made.digest)
    return made


def test_the_inverse_walks_the_same_road_and_brings_the_old_state_back(ledger, world, approved, carried):
    carried(approved.digest)
    (back,) = undo(ledger, world, approved.digest).plans
    assert (back.level, back.parent_digest, back.requester) == ("sign_off", approved.digest, "vic")
    assert [c.resource_id for c in back.changes] == [c.resource_id for c in reversed(approved.changes)]
    assert back.saving_usd_month == -approved.saving_usd_month
    assert views.plan(ledger, back.digest).state == "awaiting_sign_off"
    signoff.record(ledger, back.digest, answer("ben"), now=NOW)
    assert set(carried(back.digest).states.values()) == {"applied"}
    assert {r["state"] for r in world.resources.values()} == {"running"}
    original = views.plan(ledger, approved.digest)
    assert original.state == "rolled_back"
    assert {e.state for e in original.executions} == {"rolled_back"}
    assert views.overview(ledger).saving_applied_usd_month == 0


def test_a_rollback_is_verified_by_what_was_read_back(ledger, world, approved, carried):
    carried(approved.digest)
    (back,) = undo(ledger, world, approved.digest).plans
    signoff.record(ledger, back.digest, answer(), now=NOW)
    carried(back.digest)
    found = verify.verify_plan(ledger, back.digest, lambda changes: {c.change_id for c in changes}, NOW)
    assert set(found.states.values()) == {"verified"}


def test_a_part_of_a_rollback_still_tells_what_it_undid(ledger, world, approved, carried):
    carried(approved.digest)
    (back,) = undo(ledger, world, approved.digest).plans
    rest = signoff.record(ledger, back.digest, answer(leave_out=[back.changes[0].change_id]), now=NOW)
    carried(rest)
    original = views.plan(ledger, approved.digest)
    assert original.state == "partly_applied"
    assert sorted(e.state for e in original.executions) == ["applied", *["rolled_back"] * 4]


def test_what_the_action_made_is_what_the_way_back_needs(ledger, world, carried):
    made = done(ledger, world, carried, finding("i-1", action="fake.snapshot_delete"))
    snapshot = next(name for name in world.resources if name.startswith("snap-"))
    world.resources[snapshot] = {"state": "stored"}
    (back,) = undo(ledger, world, made.digest).plans
    assert [c.resource_id for c in back.changes] == [snapshot]


def test_what_cannot_be_undone_is_left_out_with_the_reason(ledger, world, carried):
    made = done(ledger, world, carried, finding("i-1", action="fake.delete"), finding("i-2"), finding("i-3"))
    world.resources["i-2"] = {"state": "terminated", "size": "large"}
    planned = undo(ledger, world, made.digest)
    assert [c.resource_id for c in planned.plans[0].changes] == ["i-3"]
    why = {one.finding["resource_id"]: one.why for one in planned.left_out}
    assert why["i-1"] == "no way back: what is deleted is gone"
    assert "changed since it was applied" in why["i-2"]


def test_only_what_was_asked_for_is_undone(ledger, world, approved, carried):
    carried(approved.digest)
    one = approved.changes[2]
    (back,) = undo(ledger, world, approved.digest, only={one.change_id}).plans
    assert [c.resource_id for c in back.changes] == [one.resource_id]


def test_a_plan_that_was_not_applied_has_nothing_to_undo(ledger, world, stops):
    assert undo(ledger, world, stops.digest).plans == []


def test_a_change_is_undone_once(ledger, world, approved, carried):
    carried(approved.digest)
    backs = [undo(ledger, world, approved.digest, run_id=run).plans[0] for run in ("back-1", "back-2")]
    for back in backs:
        signoff.record(ledger, back.digest, answer(), now=NOW)
    assert set(carried(backs[0].digest).states.values()) == {"applied"}
    assert set(carried(backs[1].digest).states.values()) == {"stale"}
    assert undo(ledger, world, approved.digest, run_id="back-3").plans == []
