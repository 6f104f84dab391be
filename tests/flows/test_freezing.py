import pytest

from include.core.errors import WatchkeeperError
from include.flows import freezing
from include.ledger import views


@pytest.fixture(autouse=True)
def _house(postgres_url, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_LEDGER", postgres_url)


def test_a_freeze_stands_until_it_is_lifted(ledger):
    made = freezing.set_one("quarter end", hours=8, owner="cho")
    standing = views.overview(ledger).freezes
    assert [(one.id, one.owner, one.reason) for one in standing] == [(made, "cho", "quarter end")]
    assert freezing.lift_all(by="ann") == [made]
    assert views.overview(ledger).freezes == []


def test_both_are_in_the_journal_by_name(ledger):
    freezing.set_one("quarter end", hours=8, owner="cho")
    freezing.lift_all(by="ann")
    kinds = [(row.kind, "cho" in row.body or "ann" in row.body) for row in views.journal(ledger)]
    assert kinds == [("freeze.lifted", True), ("freeze.set", True)]


def test_lifting_when_nothing_is_frozen_lifts_nothing():
    assert freezing.lift_all(by="ann") == []


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_freeze_without_a_reason_is_refused(reason):
    with pytest.raises(WatchkeeperError, match="Param reason: expected a reason"):
        freezing.set_one(reason, hours=8, owner="cho")
