"""Limits of the day and cool-downs: counted from the ledger when planning, and again at each claim."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from include.change import signoff
from include.change.rollback import inverse_plan
from include.change.spent import day
from include.ledger import views
from tests.change.test_planning import reasons
from tests.change.world import NOW, answer, finding, plan

HOUR = timedelta(hours=1)
FREE = "max_fleet_min: 100000"


def signed(ledger, world, *ids, run_id="run-1", now=NOW):
    (made,) = plan(ledger, world, [finding(i) for i in ids], run_id=run_id, now=now).plans
    signoff.record(ledger, made.digest, answer(at=now), now=now)
    return made


def left_out(ledger, world, *ids, run_id="run-2", now=NOW):
    return reasons(plan(ledger, world, [finding(i) for i in ids], run_id=run_id, now=now))


def test_what_was_begun_in_24_hours_counts_towards_the_day(ledger, world, policy, carried):
    policy(f"limits: {{day: {{max_changes: 3}}, cooldown_hours: 0, {FREE}}}")
    carried(signed(ledger, world, "i-1", "i-2").digest)
    soon, later = NOW + 23 * HOUR, NOW + 25 * HOUR
    assert set(left_out(ledger, world, "i-3", "i-4", now=soon).values()) == {
        "over the limit of 3 changes in 24 hours"
    }
    assert left_out(ledger, world, "i-3", "i-4", run_id="run-3", now=later) == {}


def test_what_was_never_begun_does_not_count(ledger, world, policy, carried):
    policy(f"limits: {{cooldown_hours: 0, {FREE}}}")
    made = signed(ledger, world, "i-1", "i-2")
    world.resources["i-1"]["size"] = "small"  # stale: claimed, and found to be another than planned
    carried(made.digest)
    with ledger.transaction() as session:
        assert day(session, NOW).changes == 1


def test_plans_made_side_by_side_share_the_day_at_their_claims(ledger, world, policy, carried):
    policy(f"limits: {{day: {{max_changes: 3}}, cooldown_hours: 0, {FREE}}}")
    made = [
        signed(ledger, world, "i-1", "i-2", run_id="a"),
        signed(ledger, world, "i-3", "i-4", "i-5", run_id="b"),
    ]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda one: carried(one.digest, worker=one.digest[:4]), made))
    states = [state for one in done for state in one.states.values()]
    assert sorted(states) == ["applied"] * 3 + ["skipped"] * 2
    why = {reason for one in done for reason in one.reasons.values()}
    assert why == {"over the limit of 3 changes in 24 hours"}
    assert sum(one["state"] == "stopped" for one in world.resources.values()) == 3


def test_a_limit_tightened_since_planning_holds_at_the_claim(ledger, world, policy, carried):
    made = signed(ledger, world, "i-1", "i-2", "i-3")
    policy(f"limits: {{run: {{max_changes: 1}}, cooldown_hours: 0, {FREE}}}")
    states = sorted(carried(made.digest).states.values())
    assert states == ["applied", "skipped", "skipped"]
    kinds = [row.kind for row in views.journal(ledger)]
    assert kinds.count("change.skipped") == 2


def test_a_resource_cools_down_after_a_change(ledger, world, policy, carried):
    policy(f"limits: {{cooldown_hours: 6, {FREE}}}")
    carried(signed(ledger, world, "i-1").digest)
    world.resources["i-1"]["state"] = "running"
    found = left_out(ledger, world, "i-1", "i-2", now=NOW + 5 * HOUR)
    until = f"{NOW + 6 * HOUR:%Y-%m-%d %H:%M} UTC"
    assert found == {
        ("ec2_idle", "i-1"): f"cooling down: it was changed less than 6 h ago, left alone until {until}"
    }
    assert left_out(ledger, world, "i-1", run_id="run-3", now=NOW + 6 * HOUR) == {}


def test_a_resource_changed_since_planning_cools_down_at_the_claim(ledger, world, policy, carried):
    policy(f"limits: {{cooldown_hours: 6, {FREE}}}")
    first, second = (signed(ledger, world, "i-1", run_id=name) for name in ("a", "b"))
    carried(first.digest)
    world.resources["i-1"]["state"] = "running"  # as the second plan still expects it
    done = carried(second.digest)
    assert list(done.states.values()) == ["skipped"]
    assert "cooling down" in next(iter(done.reasons.values()))
    assert world.resources["i-1"]["state"] == "running"


@pytest.mark.parametrize("limits", ["cooldown_hours: 24", "day: {max_changes: 1}, cooldown_hours: 0"])
def test_the_way_back_is_never_held_up(ledger, world, policy, carried, limits):
    policy(f"limits: {{{limits}, {FREE}}}")
    made = signed(ledger, world, "i-1")
    carried(made.digest)
    back = inverse_plan(
        ledger,
        made.digest,
        world.clients,
        requester="ben",
        dag_id="roll_back_plan",
        run_id="back",
        now=NOW,
        action=world.action,
    ).plans[0]
    signoff.record(ledger, back.digest, answer(), now=NOW)
    assert list(carried(back.digest).states.values()) == ["applied"]
    assert world.resources["i-1"]["state"] == "running"
    with ledger.transaction() as session:
        assert day(session, NOW).changes == 2
