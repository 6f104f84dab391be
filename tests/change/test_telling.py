"""The journal holds the text of every policy that something was decided by, once."""

import hashlib
import json

from include.change import signoff
from include.ledger import views
from include.policies.change import change_policy
from tests.change.world import NOW, answer


def told(ledger):
    """Version to text, as the journal holds them, oldest first; and how many entries that took."""
    rows = [row for row in reversed(views.journal(ledger, limit=1000)) if row.kind == "policy.in_force"]
    return {row.subject: json.loads(row.body)["text"] for row in rows}, len(rows)


def test_a_plan_is_told_with_the_policy_it_was_decided_by(ledger, stops):
    texts, entries = told(ledger)
    assert list(texts) == [stops.policy_version]
    assert entries == 1
    assert hashlib.sha256(texts[stops.policy_version].encode()).hexdigest() == stops.policy_version
    first, *_ = reversed(views.journal(ledger, limit=1000))
    assert first.kind == "policy.in_force"


def test_a_policy_that_changed_on_the_way_is_told_too_and_none_twice(ledger, stops, policy, carried):
    signoff.record(ledger, stops.digest, answer(), now=NOW)
    policy("blackouts: []")
    changed = change_policy()[1]
    carried(stops.digest)
    texts, entries = told(ledger)
    assert list(texts) == [stops.policy_version, changed]
    assert entries == 2
    assert "blackouts" in texts[changed]
    assert views.verify_journal(ledger).ok
