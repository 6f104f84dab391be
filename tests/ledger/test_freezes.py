from datetime import UTC, datetime, timedelta

import pytest

from include.core.errors import WatchkeeperError
from include.ledger import freezes, views

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def in_force(ledger, at):
    with ledger.transaction() as session:
        return [freeze.reason for freeze in freezes.in_force(session, at)]


def test_a_freeze_holds_until_it_expires(ledger):
    freezes.set_freeze(ledger, reason="release", owner="ann", now=NOW, expires_at=NOW + HOUR)
    held = [in_force(ledger, at) for at in (NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR)]
    assert held == [["release"], ["release"], []]


def test_a_freeze_set_by_a_clock_ahead_of_ours_holds_at_once(ledger):
    freezes.set_freeze(ledger, reason="release", owner="ann", now=NOW + HOUR, expires_at=NOW + 2 * HOUR)
    assert in_force(ledger, NOW) == ["release"]


def test_setting_and_lifting_are_journaled_with_who_and_why(ledger):
    number = freezes.set_freeze(ledger, reason="release", owner="ann", now=NOW, expires_at=NOW + HOUR)
    freezes.lift(ledger, number, by="ben", now=NOW)
    assert in_force(ledger, NOW) == []
    lifted, was_set = views.journal(ledger)
    assert (was_set.kind, lifted.kind) == ("freeze.set", "freeze.lifted")
    assert '"owner":"ann"' in was_set.body
    assert lifted.body == '{"by":"ben"}'


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"owner": ""}, {"expires_at": NOW}], ids=["no reason", "no owner", "no future"]
)
def test_a_freeze_needs_a_reason_an_owner_and_a_future(ledger, wrong):
    given = {"reason": "release", "owner": "ann", "expires_at": NOW + HOUR} | wrong
    with pytest.raises(WatchkeeperError, match="expected a reason, an owner and an expiry"):
        freezes.set_freeze(ledger, now=NOW, **given)


def test_a_freeze_is_lifted_once(ledger):
    number = freezes.set_freeze(ledger, reason="release", owner="ann", now=NOW, expires_at=NOW + HOUR)
    freezes.lift(ledger, number, by="ben", now=NOW)
    with pytest.raises(WatchkeeperError, match="not lifted yet"):
        freezes.lift(ledger, number, by="ben", now=NOW)
