"""Each way round the sign-off that anybody has thought of: nothing is applied by it, and the journal tells.

Those that need a running Airflow (tasks marked success or cleared, answers through its API) are in
tests/e2e/test_whole_stack.py.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from include.change import gate, signoff
from include.core.changes import ChangePlan
from include.core.errors import LedgerUnavailable, WatchkeeperError
from include.ledger import Ledger, freezes, views
from tests.change.world import NOW, World, answer, finding, plan

pytestmark = pytest.mark.bypass

UNREACHABLE = Ledger("postgresql+psycopg://nobody@127.0.0.1:1/none")
IDS = ("i-1", "i-2", "i-3", "i-4", "i-5")
CLOSED = 'windows: [{cron: "0 2 * * *", hours: 1}]'
TWO = "rules: [{match: {action: fake.stop}, level: two_person}]"
BY_HAND = (
    "INSERT INTO signoffs (digest, result_digest, option, approver, user_id, user_name, comment, left_out,"
    " at, recorded_at, expires_at, policy_version) VALUES (:d, :d, 'Approve', 'ann', 'ann', 'ann',"
    " 'looks right', '[]', :now, :now, :later, 'v')"
)


@dataclass
class House:
    """Where an attempt is made; `now` is when apply is tried in the end."""

    ledger: Ledger
    world: World
    policy: Callable[..., None]
    tamper: Callable[..., None]
    carried: Callable[..., Any]
    now: Any = NOW

    def planned(self, *ids: str, **more: Any) -> ChangePlan:
        return plan(self.ledger, self.world, [finding(one) for one in ids or IDS], **more).plans[0]

    def answered(self, made: ChangePlan, who: str = "ann", **more: Any) -> ChangePlan:
        signoff.record(self.ledger, made.digest, answer(who, **more), now=NOW)
        return made

    def signed(self, **more: Any) -> ChangePlan:
        return self.answered(self.planned(**more))


def marked_sign_off(house):
    return house.planned()


def marked_gate(house):
    made = house.signed()
    house.policy(CLOSED)
    return made


def marked_both(house):
    house.policy(CLOSED)
    return house.planned()


def cleared(house):
    made = house.signed()
    house.carried(made.digest)
    house.world.resources["i-1"]["state"] = "running"
    return made


def edited(house):
    made = house.signed()
    house.tamper("UPDATE plans SET content = replace(content, 'i-1', 'i-9')")
    return made


def swapped_content(house):
    made, other = house.signed(), house.planned("i-1", run_id="run-2")
    house.tamper(
        "UPDATE plans SET content = :other WHERE digest = :digest", other=other.content, digest=made.digest
    )
    return made


def swapped_digest(house):
    house.signed()
    return house.planned("i-1", run_id="run-2")


def outsider(house):
    made = house.planned()
    with suppress(WatchkeeperError):
        house.answered(made, "mallory")
    return made


def same_person_twice(house):
    house.policy(TWO)
    made = house.signed()
    with suppress(WatchkeeperError):
        house.answered(made, "ann", at=NOW + timedelta(minutes=1))
    return made


def requester(house):
    made = house.planned(requester="ann")
    with suppress(WatchkeeperError):
        house.answered(made, "ann")
    return made


def expired(house):
    house.now = NOW + timedelta(hours=24)
    return house.signed()


def prolonged(house):
    house.now = NOW + timedelta(hours=30)
    made = house.signed()
    house.tamper("UPDATE signoffs SET expires_at = expires_at + interval '9 days'")
    return made


def reused_by_the_next_run(house):
    made = house.signed()
    again = house.planned(run_id="run-2")
    assert again.changes == made.changes
    return again


def moved(house):
    house.signed()
    other = house.planned("i-1", run_id="run-2")
    house.tamper("UPDATE signoffs SET digest = :other, result_digest = :other", other=other.digest)
    return other


def written_by_hand(house):
    made = house.planned()
    house.tamper(BY_HAND, d=made.digest, now=NOW, later=NOW + timedelta(days=1))
    return made


def after_a_rejection(house):
    made = house.planned()
    house.answered(made, "ann", option="Reject")
    with suppress(WatchkeeperError):
        house.answered(made, "ben")
    return made


def stale(house):
    made = house.signed()
    for one in IDS:
        house.world.resources[one]["size"] = "huge"
    return made


def frozen(house):
    made = house.signed()
    assert gate.verdict(house.ledger, made.digest, NOW).state == "open"
    until = NOW + timedelta(hours=1)
    freezes.set_freeze(house.ledger, reason="incident 7", owner="ann", now=NOW, expires_at=until)
    return made


def unreadable_policy(house):
    made = house.signed()
    house.policy(instead="approvers: 7")
    return made


ATTEMPTS = [
    pytest.param(marked_sign_off, "apply.refused", "0 of 1 sign-offs", id="sign-off marked success"),
    pytest.param(marked_gate, "apply.refused", "change window", id="gate marked success"),
    pytest.param(marked_both, "apply.refused", "0 of 1 sign-offs; the change window", id="both marked"),
    pytest.param(cleared, "apply.repeated", "applied", id="apply cleared and run again"),
    pytest.param(edited, "apply.refused", "edited after it was planned", id="plan edited in the ledger"),
    pytest.param(swapped_content, "apply.refused", "edited after", id="another plan put under the digest"),
    pytest.param(swapped_digest, "apply.refused", "0 of 1 sign-offs", id="another digest handed to apply"),
    pytest.param(
        outsider, "sign_off.refused", "in none of the approver groups", id="approver outside the group"
    ),
    pytest.param(same_person_twice, "sign_off.refused", "second, different person", id="same person twice"),
    pytest.param(requester, "sign_off.refused", "triggered the run", id="requester approving"),
    pytest.param(expired, "apply.refused", "sign-off has expired", id="expired sign-off"),
    pytest.param(
        prolonged, "apply.refused", "not the one the journal holds", id="sign-off prolonged by hand"
    ),
    pytest.param(reused_by_the_next_run, "apply.refused", "0 of 1 sign-offs", id="sign-off reused by a run"),
    pytest.param(
        moved, "apply.refused", "not the one the journal holds", id="sign-off moved to another plan"
    ),
    pytest.param(written_by_hand, "apply.refused", "not the one the journal holds", id="sign-off by hand"),
    pytest.param(after_a_rejection, "sign_off.refused", "it was rejected", id="approved after a rejection"),
    pytest.param(stale, "change.stale", "size: 'large' -> 'huge'", id="stale resource"),
    pytest.param(frozen, "apply.refused", "incident 7", id="freeze set between gate and apply"),
    pytest.param(unreadable_policy, "apply.refused", "approvers: expected", id="policy made unreadable"),
]


@pytest.mark.parametrize(("attempt", "kind", "told"), ATTEMPTS)
def test_a_way_round_applies_nothing_and_the_journal_tells(
    ledger, world, policy, tamper, carried, attempt, kind, told
):
    house = House(ledger, world, policy, tamper, carried)
    made = attempt(house)
    before = dict(world.effects)
    with suppress(WatchkeeperError):
        carried(made.digest, now=house.now)
    assert dict(world.effects) == before
    entries = [row.body for row in views.journal(ledger) if row.subject == made.digest and row.kind == kind]
    assert any(told in body for body in entries), [row.kind for row in views.journal(ledger)]
    assert views.verify_journal(ledger).ok


STEPS = {
    "planning": lambda house, made: plan(UNREACHABLE, house.world, [finding("i-1")], run_id="run-2"),
    "asking": lambda house, made: signoff.question(UNREACHABLE, made.digest, now=NOW),
    "answering": lambda house, made: signoff.record(UNREACHABLE, made.digest, answer(), now=NOW),
    "the gate": lambda house, made: gate.verdict(UNREACHABLE, made.digest, NOW),
    "apply": lambda house, made: house.carried(made.digest, of=UNREACHABLE),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_ledger_out_of_reach_opens_nothing_at_any_step(ledger, world, policy, tamper, carried, step):
    house = House(ledger, world, policy, tamper, carried)
    made = house.signed()
    before = [row.kind for row in views.journal(ledger)]
    with pytest.raises(LedgerUnavailable):
        step(house, made)
    assert not world.effects
    assert [row.kind for row in views.journal(ledger)] == before, (
        "nothing was begun that nobody could write down"
    )


def test_a_ledger_lost_after_the_canary_stops_the_rest(ledger, world, policy, tamper, carried):
    house = House(ledger, world, policy, tamper, carried)
    made = house.signed()

    def cut(seconds):
        tamper(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(LedgerUnavailable):
        carried(made.digest, pause=cut)
    assert sum(world.effects.values()) == 1
    view = views.plan(ledger, made.digest)
    assert [row.kind for row in view.journal].count("change.applied") == 1
    assert view.state == "applying"
