from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from include.ledger import journal, views
from include.ledger.journal import Entry

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


def written(ledger, rows=5):
    for n in range(rows):
        with ledger.transaction() as session:
            journal.append(session, [Entry("test.row", "subject", {"n": n})], at=NOW + timedelta(seconds=n))


def tampered(ledger, *statements):
    """What someone with the database owner's rights can do: the trigger is switched off first."""
    with ledger.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def test_an_empty_journal_is_whole(ledger):
    assert views.verify_journal(ledger) == journal.Verified(True, 0, None, None, journal.GENESIS)


def test_a_journal_as_written_is_whole(ledger):
    written(ledger)
    found = views.verify_journal(ledger)
    assert (found.ok, found.rows, found.head) == (True, 5, views.journal(ledger)[0].hash)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = '{}'",
        "UPDATE journal SET body = '{}' WHERE seq = -1",
        "DELETE FROM journal WHERE seq = 1",
        "TRUNCATE journal",
    ],
)
def test_the_database_refuses_to_change_the_journal(ledger, statement):
    written(ledger)
    with pytest.raises(ProgrammingError, match="append-only"), ledger.transaction() as session:
        session.execute(text(statement))
    assert views.verify_journal(ledger).ok


@pytest.mark.parametrize(
    ("statements", "first_bad", "reason"),
    [
        pytest.param(["UPDATE journal SET body = '{}' WHERE seq = 3"], 3, "edited", id="body"),
        pytest.param(["UPDATE journal SET kind = 'test.other' WHERE seq = 3"], 3, "edited", id="kind"),
        pytest.param(["UPDATE journal SET subject = 'other' WHERE seq = 1"], 1, "edited", id="subject"),
        pytest.param(["UPDATE journal SET at = at + interval '1 us' WHERE seq = 5"], 5, "edited", id="time"),
        pytest.param(["DELETE FROM journal WHERE seq = 3"], 4, "row 3 is missing", id="removed"),
        pytest.param(["DELETE FROM journal WHERE seq = 1"], 2, "row 1 is missing", id="first removed"),
        pytest.param(
            [
                "UPDATE journal SET seq = 99 WHERE seq = 2",
                "UPDATE journal SET seq = 2 WHERE seq = 3",
                "UPDATE journal SET seq = 3 WHERE seq = 99",
            ],
            2,
            "does not follow",
            id="reordered",
        ),
        pytest.param(
            ["INSERT INTO journal SELECT 6, at, kind, subject, body, hash, 'x' FROM journal WHERE seq = 5"],
            6,
            "edited",
            id="forged",
        ),
    ],
)
def test_the_first_row_that_was_tampered_with_is_named(ledger, statements, first_bad, reason):
    written(ledger)
    tampered(ledger, *statements)
    found = views.verify_journal(ledger)
    assert (found.ok, found.first_bad) == (False, first_bad)
    assert reason in found.reason


def test_rows_cut_off_the_end_are_caught_by_a_published_head(ledger):
    written(ledger)
    published = {5: views.verify_journal(ledger).head}
    assert views.verify_journal(ledger, published).ok
    tampered(ledger, "DELETE FROM journal WHERE seq >= 4")
    found = views.verify_journal(ledger, published)
    assert (found.ok, found.first_bad) == (False, 5)


def test_a_chain_rewritten_from_some_row_on_is_caught_by_a_published_head(ledger):
    written(ledger)
    published = {5: views.verify_journal(ledger).head}
    tampered(ledger, "DELETE FROM journal WHERE seq >= 4")
    written(ledger, 3)
    assert views.verify_journal(ledger).ok
    found = views.verify_journal(ledger, published)
    assert (found.ok, found.first_bad) == (False, 5)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.dictionaries(st.text(max_size=9), st.text())), max_size=4))
def test_any_text_is_journaled_and_proved(ledger, entries):
    with ledger.transaction() as session:
        journal.append(session, [Entry("test.any", "s", {"a": a, "b": b}) for a, b in entries], at=NOW)
    assert views.verify_journal(ledger).ok


def test_text_that_utf8_cannot_hold_is_journaled_as_its_escape(ledger):
    with ledger.transaction() as session:
        journal.append(session, [Entry("test.any", "s", {"name": "a\ud800b\x00"})], at=NOW)
    assert views.journal(ledger)[0].body == '{"name":"a\\ud800b\\u0000"}'
    assert views.verify_journal(ledger).ok


def test_a_transaction_that_fails_leaves_no_entry(ledger):
    def fail():
        with ledger.transaction() as session:
            journal.append(session, [Entry("test.row", "s", {})], at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert views.journal(ledger) == []


def test_pages_of_the_journal_go_back_in_time(ledger):
    written(ledger)
    newest = views.journal(ledger, limit=2)
    assert [row.seq for row in newest] == [5, 4]
    assert [row.seq for row in views.journal(ledger, before_seq=4)] == [3, 2, 1]
