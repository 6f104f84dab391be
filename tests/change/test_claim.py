"""The claim by itself, without the waves and locks around it."""

import pytest

from include.change.claim import Claim, Settled, claim, token
from include.ledger import views
from include.ledger.connection import transaction_on
from tests.change.world import NOW


def claimed(ledger, plan, change, *, worker="w1"):
    with ledger.connection() as connection, transaction_on(connection) as session:
        return claim(session, plan.digest, change.change_id, worker=worker, now=NOW)


def test_the_intent_is_in_the_ledger_before_anything_is_done(ledger, approved):
    change = approved.changes[0]
    found = claimed(ledger, approved, change)
    assert found == Claim(change, token(approved.digest, change.change_id), resumed=False)
    view = views.plan(ledger, approved.digest)
    assert (view.executions[0].state, view.executions[0].worker) == ("claimed", "w1")
    assert view.journal[-1].kind == "change.claimed"
    assert found.token in view.journal[-1].body


def test_the_next_worker_gets_the_same_token_and_knows_it_resumes(ledger, approved):
    change = approved.changes[0]
    first = claimed(ledger, approved, change)
    second = claimed(ledger, approved, change, worker="w2")
    assert (second.token, second.resumed) == (first.token, True)
    assert views.plan(ledger, approved.digest).executions[0].attempts == 2


@pytest.mark.parametrize(
    "state", ["applied", "verified", "failed", "stale", "skipped", "unknown", "rolled_back"]
)
def test_what_is_settled_is_never_claimed_again(ledger, approved, tamper, state):
    tamper("UPDATE executions SET state = :state", state=state)
    assert claimed(ledger, approved, approved.changes[0]) == Settled(state, None)
    assert views.plan(ledger, approved.digest).journal[-1].kind != "change.claimed"


def test_without_a_sign_off_a_claim_is_refused_and_written_down(ledger, stops):
    found = claimed(ledger, stops, stops.changes[0])
    assert found == Settled("skipped", "0 of 1 sign-offs")
    assert views.plan(ledger, stops.digest).journal[-1].kind == "change.skipped"


def test_tokens_differ_by_plan_and_change():
    tokens = {token(plan, change) for plan in ("a", "b") for change in ("c", "d")}
    assert len(tokens) == 4
    assert all(len(one) <= 64 for one in tokens)
