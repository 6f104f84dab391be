from include.change import verify
from include.ledger import views
from tests.change.world import NOW, denied


def test_what_the_rule_no_longer_finds_is_verified(ledger, approved, carried):
    carried(approved.digest)
    asked = []
    found = verify.verify_plan(ledger, approved.digest, lambda changes: asked.extend(changes) or set(), NOW)
    assert set(found.states.values()) == {"verified"}
    assert asked == list(approved.changes)
    view = views.plan(ledger, approved.digest)
    assert view.state == "applied"
    assert {e.verified_at for e in view.executions} == {NOW}


def test_what_the_rule_still_finds_has_failed(ledger, approved, carried):
    carried(approved.digest)
    still = approved.changes[0].change_id
    found = verify.verify_plan(ledger, approved.digest, lambda changes: {still}, NOW)
    assert found.states[still] == "failed"
    assert found.still_found == {still}
    assert views.plan(ledger, approved.digest).state == "partly_applied"
    assert "change.still_found" in [row.kind for row in views.plan(ledger, approved.digest).journal]


def test_only_what_was_applied_is_asked_about(ledger, world, approved, carried):
    world.faults["before", "i-2"] = [denied()]
    carried(approved.digest)
    asked = []
    verify.verify_plan(ledger, approved.digest, lambda changes: asked.extend(changes) or set(), NOW)
    assert "i-2" not in [change.resource_id for change in asked]


def test_verifying_again_asks_nothing_and_changes_nothing(ledger, approved, carried):
    carried(approved.digest)
    first = verify.verify_plan(ledger, approved.digest, lambda changes: set(), NOW)
    rows = len(views.journal(ledger))

    def never(changes):
        raise AssertionError("nothing is left to ask about")

    assert verify.verify_plan(ledger, approved.digest, never, NOW).states == first.states
    assert len(views.journal(ledger)) == rows
