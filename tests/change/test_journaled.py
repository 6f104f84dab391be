"""Nothing moves without a word: whatever changes a plan, a change, a sign-off or a freeze tells the journal.

Triggers note every insert and update of those tables with its transaction; afterwards each must have an entry
on the same subject from the same transaction, and one that names the change where a change moved. An entry
that is no longer written, or written in another transaction, fails the walk that needed it.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from include.change import gate, rollback, signoff, verify
from include.change.telling import IN_FORCE
from include.core.errors import PlanChanged, SignOffRefused
from include.ledger import freezes, views
from tests.change.world import NOW, answer, denied, finding, plan

WATCH = """
CREATE TABLE moved (tx xid, what text, subject text, change_id text, state text);
CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE row jsonb := to_jsonb(NEW);
BEGIN
    INSERT INTO moved VALUES (pg_current_xact_id()::xid, TG_TABLE_NAME,
        coalesce(row ->> 'digest', TG_ARGV[0] || (row ->> 'id')), row ->> 'change_id', row ->> 'state');
    RETURN NULL;
END $$;
CREATE TRIGGER watch AFTER INSERT OR UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION note_move();
CREATE TRIGGER watch AFTER INSERT OR UPDATE ON executions FOR EACH ROW EXECUTE FUNCTION note_move();
CREATE TRIGGER watch AFTER INSERT OR UPDATE ON signoffs FOR EACH ROW EXECUTE FUNCTION note_move();
CREATE TRIGGER watch AFTER INSERT OR UPDATE ON freezes FOR EACH ROW EXECUTE FUNCTION note_move('freeze ');
"""
UNTOLD = """
SELECT DISTINCT what, subject, change_id, state FROM moved m WHERE NOT EXISTS (
    SELECT FROM journal j WHERE j.xmin = m.tx AND j.subject = m.subject
    AND (m.change_id IS NULL OR m.state = 'left_out' OR j.body LIKE '%' || m.change_id || '%'))
"""
"""What a person left out stands in the sign-off, and what goes on in another plan in that plan's entry."""
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def untold(owner):
    """Asks which moves nobody told of; in the end there must have been moves, and none of those."""
    with owner.transaction() as session:
        session.execute(text(WATCH))

    def ask(query=UNTOLD):
        with owner.transaction() as session:
            return session.execute(text(query)).all()

    yield ask
    assert ask("SELECT FROM moved"), "the walk moved nothing: it proves nothing"
    assert ask() == []


def kinds(ledger):
    """All but the policies' texts, which tests/change/test_telling.py holds to account."""
    told = [row.kind for row in reversed(views.journal(ledger, limit=500))]
    return [kind for kind in told if kind != IN_FORCE]


def test_a_move_that_nobody_told_of_is_noticed(ledger, owner, stops, untold):
    with ledger.transaction() as session:
        session.execute(text("UPDATE executions SET state = 'verified' WHERE position = 0"))
    assert [(row.what, row.state) for row in untold()] == [("executions", "verified")]
    with owner.transaction() as session:
        session.execute(text("DELETE FROM moved WHERE state = 'verified'"))


def test_planned_signed_off_applied_verified_and_rolled_back(ledger, world, approved, carried):
    gate.verdict(ledger, approved.digest, NOW)
    carried(approved.digest)
    verify.verify_plan(ledger, approved.digest, lambda changes: set(), LATER)
    (back,) = rollback.inverse_plan(
        ledger,
        approved.digest,
        world.clients,
        requester=None,
        dag_id="roll_back_plan",
        run_id="run-2",
        now=LATER,
        action=world.action,
    ).plans
    signoff.record(ledger, back.digest, answer(at=LATER), now=LATER)
    carried(back.digest, now=LATER)
    told = kinds(ledger)
    assert told[:2] == ["plan.stored", "sign_off.recorded"]
    for kind in ("gate.open", "apply.started", "apply.finished", "plan.verified"):
        assert kind in told, kind
    for kind in ("change.claimed", "change.applied"):
        assert told.count(kind) == 10, kind
    assert told.count("change.verified") == told.count("change.rolled_back") == 5


def test_approved_in_part(ledger, stops, carried):
    rest = signoff.record(ledger, stops.digest, answer(leave_out=(stops.changes[0].change_id,)), now=NOW)
    carried(rest)
    assert kinds(ledger)[:3] == ["plan.stored", "plan.cut", "sign_off.recorded"]


def test_rejected(ledger, stops):
    signoff.record(ledger, stops.digest, answer(option="Reject"), now=NOW)
    assert kinds(ledger) == ["plan.stored", "sign_off.recorded"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"who": "eve"}, ["sign_off.refused"]),
        ({"comment": ""}, ["sign_off.refused"]),
        ({"at": NOW + timedelta(days=2)}, ["sign_off.refused", "plan.expired"]),
    ],
)
def test_an_answer_that_does_not_count(ledger, stops, wrong, told):
    who = wrong.pop("who", "ann")
    with pytest.raises(SignOffRefused):
        signoff.record(ledger, stops.digest, answer(who, **wrong), now=wrong.get("at", NOW))
    assert kinds(ledger) == ["plan.stored", *told]


def test_planned_anew_by_the_same_run(ledger, world, stops):
    plan(ledger, world, [finding("i-1")])
    assert kinds(ledger) == ["plan.stored", "plan.stored", "plan.superseded"]


def test_held_by_a_freeze_lifted_and_expired_at_the_gate(ledger, approved):
    number = freezes.set_freeze(ledger, reason="r", owner="o", now=NOW, expires_at=NOW + timedelta(hours=1))
    for _ in range(2):
        gate.verdict(ledger, approved.digest, NOW)
    freezes.lift(ledger, number, by="ben", now=NOW)
    gate.verdict(ledger, approved.digest, NOW)
    gate.verdict(ledger, approved.digest, NOW + timedelta(days=9))
    assert kinds(ledger)[2:] == ["freeze.set", "gate.wait", "freeze.lifted", "gate.open", "gate.closed"]


def test_stale_unknown_and_failed(ledger, world, approved, carried):
    world.resources["i-1"]["size"] = "tiny"  # stale
    world.hooks["after", "i-2"] = lambda: world.resources["i-2"].update(state="odd")  # unknown
    world.faults["before", "i-3"] = [denied()] * 5
    carried(approved.digest)
    assert {"change.stale", "change.unknown", "change.failed"} <= set(kinds(ledger))


def test_still_found(ledger, approved, carried):
    carried(approved.digest)
    verify.verify_plan(ledger, approved.digest, lambda changes: {changes[0].change_id}, LATER)
    told = kinds(ledger)
    assert (told.count("change.still_found"), told.count("change.verified")) == (1, 4)


def test_edited_in_the_ledger(ledger, approved, carried, tamper):
    tamper("UPDATE plans SET content = replace(content, 'i-1', 'i-9')")
    with pytest.raises(PlanChanged):
        carried(approved.digest)
    told = kinds(ledger)
    assert (told.count("change.skipped"), told[-1]) == (5, "apply.refused")
