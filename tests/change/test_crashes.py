"""Killed, cut off, lied to: after a retry nothing is lost and nothing was done twice."""

import random

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from include.change import signoff
from include.core.errors import LedgerUnavailable, WatchkeeperError
from include.ledger import views
from tests.change.world import (
    NOW,
    Killed,
    World,
    answer,
    denied,
    finding,
    plan,
    running,
    server_error,
    timed_out,
)

SETTLED = {"applied", "failed", "stale", "skipped", "unknown"}


def signed(ledger, world, *rows, run_id="run-1"):
    made = plan(ledger, world, rows, run_id=run_id).plans
    for one in made:
        signoff.record(ledger, one.digest, answer(), now=NOW)
    return made[0]


RESIZE = {"action": "fake.resize", "params": {"size": "small"}}


@pytest.mark.parametrize(
    ("moment", "overrides", "effects", "end"),
    [
        pytest.param(
            "before", {}, 1, {"state": "stopped", "size": "large"}, id="intent written, nothing done"
        ),
        pytest.param("after", {}, 1, {"state": "stopped", "size": "large"}, id="done, not written down"),
        pytest.param("before", RESIZE, 3, {"state": "running", "size": "small"}, id="before three steps"),
        pytest.param("halfway", RESIZE, 3, {"state": "running", "size": "small"}, id="between the steps"),
        pytest.param("after", RESIZE, 3, {"state": "running", "size": "small"}, id="after three steps"),
        pytest.param("before", {"action": "fake.delete"}, 1, None, id="before a deletion"),
        pytest.param("after", {"action": "fake.delete"}, 1, None, id="after a deletion"),
    ],
)
def test_a_killed_worker_s_change_is_finished_by_the_next(
    ledger, world, carried, moment, overrides, effects, end
):
    made = signed(ledger, world, finding("i-1", **overrides))
    world.faults[moment, "i-1"] = [Killed()]
    with pytest.raises(Killed):
        carried(made.digest)
    assert {e.state for e in views.plan(ledger, made.digest).executions} == {"claimed"}
    applied = carried(made.digest, worker="w2")
    assert set(applied.states.values()) == {"applied"}
    assert world.resources["i-1"] == end
    assert world.effects["i-1"] == effects
    assert views.plan(ledger, made.digest).state == "applied"


@pytest.mark.parametrize("moment", ["before", "halfway", "after"])
def test_what_a_killed_worker_made_is_found_again_for_the_way_back(ledger, world, carried, moment):
    made = signed(ledger, world, finding("i-1", action="fake.snapshot_delete"))
    world.faults[moment, "i-1"] = [Killed()]
    with pytest.raises(Killed):
        carried(made.digest)
    carried(made.digest, worker="w2")
    execution = views.plan(ledger, made.digest).executions[0]
    snapshots = [name for name in world.resources if name.startswith("snap-")]
    assert execution.state == "applied"
    assert [execution.result["snapshot_id"]] == snapshots
    assert world.effects[snapshots[0]] == 1


def test_a_live_state_that_cannot_tell_is_left_to_a_human(ledger, world, carried):
    made = signed(ledger, world, finding("i-1"))
    world.faults["before", "i-1"] = [Killed()]
    with pytest.raises(Killed):
        carried(made.digest)
    world.resources["i-1"] = {"state": "terminating", "size": "large"}
    applied = carried(made.digest, worker="w2")
    assert set(applied.states.values()) == {"unknown"}
    assert world.effects["i-1"] == 0
    assert [e.change_id for e in views.overview(ledger).needs_a_human] == list(applied.states)


def test_a_live_state_that_cannot_be_read_after_a_crash_is_left_to_a_human(ledger, world, carried):
    made = signed(ledger, world, finding("i-1"))
    world.faults["after", "i-1"] = [Killed()]
    with pytest.raises(Killed):
        carried(made.digest)
    world.faults["read", "i-1"] = [denied()]
    assert set(carried(made.digest, worker="w2").states.values()) == {"unknown"}


@pytest.mark.parametrize(
    ("moment", "state", "effects"),
    [
        pytest.param("before", "skipped", 0, id="not begun: never begun"),
        pytest.param("after", "applied", 1, id="done: written down as done"),
    ],
)
def test_a_killed_worker_s_change_that_is_no_longer_allowed_is_settled_by_reading(
    ledger, world, carried, policy, moment, state, effects
):
    made = signed(ledger, world, finding("i-1"))
    world.faults[moment, "i-1"] = [Killed()]
    with pytest.raises(Killed):
        carried(made.digest)
    policy("rules: [{match: {action: fake.stop}, level: forbid}]")
    applied = carried(made.digest, worker="w2")
    assert set(applied.states.values()) == {state}
    assert world.effects["i-1"] == effects


def test_what_a_killed_worker_began_is_settled_before_another_plan_touches_it(ledger, world, carried):
    first = signed(ledger, world, finding("i-1"))
    second = signed(ledger, world, finding("i-1", **RESIZE), run_id="run-2")
    world.faults["before", "i-1"] = [Killed()]
    with pytest.raises(Killed):
        carried(first.digest)
    held = carried(second.digest, worker="w2")
    assert set(held.states.values()) == {"stale"}
    assert f"plan {first.digest[:12]} began to change this resource" in "".join(held.reasons.values())
    assert world.effects["i-1"] == 0
    assert set(carried(first.digest, worker="w3").states.values()) == {"applied"}
    assert world.effects["i-1"] == 1


def test_a_change_at_which_worker_after_worker_dies_is_left_to_a_human(ledger, world, carried):
    made = signed(ledger, world, finding("i-1"))
    world.faults["before", "i-1"] = [Killed() for _ in range(5)]
    for _ in range(5):
        with pytest.raises(Killed):
            carried(made.digest)
    assert set(carried(made.digest).states.values()) == {"unknown"}
    assert world.effects["i-1"] == 0


def broken(statement="SELECT 1"):
    return OperationalError(statement, None, Exception("server closed the connection unexpectedly"))


class Cut:
    """Breaks the ledger's connection at its n-th statement, once."""

    def __init__(self, ledger, at=None):
        self.seen, self.at = 0, at
        event.listen(ledger._engine, "before_cursor_execute", self)

    def __call__(self, connection, cursor, statement, parameters, context, executemany):
        self.seen += 1
        if self.seen == self.at:
            connection.connection.driver_connection.close()
            raise broken(statement)


def statements_of_one_apply(ledger, world, carried):
    made = signed(ledger, world, finding("i-1"), finding("i-2"), run_id="counted")
    counted = Cut(ledger)
    carried(made.digest)
    event.remove(ledger._engine, "before_cursor_execute", counted)
    world.resources |= running("i-1", "i-2")
    return counted.seen


def test_the_ledger_may_go_away_at_any_statement_and_nothing_is_lost_or_doubled(ledger, world, carried):
    tried = statements_of_one_apply(ledger, world, carried)
    assert tried > 40
    for at in range(1, tried + 1):
        world.resources |= running("i-1", "i-2")
        made = signed(ledger, world, finding("i-1"), finding("i-2"), run_id=f"cut-{at}")
        world.effects.clear()
        cut = Cut(ledger, at)
        with pytest.raises(LedgerUnavailable):
            carried(made.digest)
        claimed = [e for e in views.plan(ledger, made.digest).executions if e.state != "planned"]
        assert sum(world.effects.values()) <= len(claimed), f"applied without an intent, statement {at}"
        event.remove(ledger._engine, "before_cursor_execute", cut)
        applied = carried(made.digest, worker="w2")
        assert set(applied.states.values()) == {"applied"}, f"statement {at}"
        assert world.effects == {"i-1": 1, "i-2": 1}, f"statement {at}"
    assert views.verify_journal(ledger).ok


def test_postgresql_restarted_while_aws_works_is_settled_on_retry(ledger, world, carried):
    made = signed(ledger, world, finding("i-1"))

    def restart():
        with ledger.transaction() as session:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))

    world.hooks["after", "i-1"] = restart
    with pytest.raises(LedgerUnavailable):
        carried(made.digest)
    world.hooks.clear()
    assert set(carried(made.digest, worker="w2").states.values()) == {"applied"}
    assert world.effects["i-1"] == 1


FAULTS = (Killed, denied, server_error, lambda: denied("Throttling"), timed_out, broken)
MOMENTS = ("read", "before", "halfway", "after")
ACTIONS = (
    {},
    RESIZE,
    {"action": "fake.delete"},
    {"action": "fake.snapshot_delete"},
)


@pytest.mark.parametrize("chunk", range(10))
def test_whatever_goes_wrong_the_states_converge_and_tell_the_truth(ledger, policy, carried, world, chunk):
    """25 seeded estates each: random actions, up to six random faults, as many retries as it takes."""
    policy("waves: {canary: 1, batch: 2, pause_seconds: 0, stop_after_failures: 2}")
    for seed in range(chunk * 25, chunk * 25 + 25):
        chance = random.Random(seed)
        ids = [f"s{seed}-{n}" for n in range(3)]
        world.resources = running(*ids)
        world.effects.clear()
        rows = [finding(i, **chance.choice(ACTIONS)) for i in ids]
        made = signed(ledger, world, *rows, run_id=f"seed-{seed}")
        before = {change.change_id: change for change in made.changes}
        for _ in range(chance.randint(1, 6)):
            place = (chance.choice(MOMENTS), chance.choice(ids))
            world.faults.setdefault(place, []).append(chance.choice(FAULTS)())
        states = _retried(carried, made.digest)
        for change_id, state in states.items():
            _tells_the_truth(world, before[change_id], state, f"seed {seed}")
        world.faults.clear()
    assert views.verify_journal(ledger).ok


def _retried(carried, digest):
    for attempt in range(10):
        try:
            applied = carried(digest, worker=f"w{attempt}")
        except (Killed, LedgerUnavailable, WatchkeeperError):
            continue
        assert set(applied.states.values()) <= SETTLED
        return applied.states
    raise AssertionError("did not converge in ten attempts")


def _tells_the_truth(world: World, change, state, seed):
    live = world.resources[change.resource_id]
    steps = 3 if change.action == "fake.resize" else 1
    assert world.effects[change.resource_id] <= steps, f"{seed}: done twice"
    if state == "applied":
        assert live == change.after, f"{seed}: said applied, is {live}"
    if state in {"stale", "skipped"}:
        assert live == change.before, f"{seed}: said {state}, is {live}"
    if live == change.after:
        assert state in {"applied", "unknown"}, f"{seed}: done, yet said {state}"
