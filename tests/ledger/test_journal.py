from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from include.core.canonical import canonical_json, sha256
from include.core.heads import GENESIS, Head
from include.ledger import journal, views
from include.ledger.journal import Entry

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


def written(ledger, rows=5):
    for n in range(rows):
        with ledger.transaction() as session:
            journal.append(session, [Entry("test.row", "subject", {"n": n})], at=NOW + timedelta(seconds=n))


def tampered(owner, *statements):
    """What someone with the database owner's rights can do: the trigger is switched off first."""
    with owner.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def test_an_empty_journal_is_whole(ledger):
    assert views.verify_journal(ledger) == journal.Verified(True, 0, None, None, GENESIS)


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
def test_the_database_refuses_even_its_owner_to_change_the_journal(ledger, owner, statement):
    written(ledger)
    with pytest.raises(ProgrammingError, match="append-only"), owner.transaction() as session:
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
def test_the_first_row_that_was_tampered_with_is_named(ledger, owner, statements, first_bad, reason):
    written(ledger)
    tampered(owner, *statements)
    found = views.verify_journal(ledger)
    assert (found.ok, found.first_bad) == (False, first_bad)
    assert reason in found.reason


def published(ledger, where="report cost_sweep/s1"):
    proof = views.verify_journal(ledger)
    return [Head(proof.rows, proof.head, where)]


def test_rows_cut_off_the_end_are_caught_by_a_published_head(ledger, owner):
    written(ledger)
    heads = published(ledger)
    assert views.verify_journal(ledger, heads).ok
    tampered(owner, "DELETE FROM journal WHERE seq >= 4")
    found = views.verify_journal(ledger, heads)
    assert (found.ok, found.first_bad) == (False, 5)
    assert found.reason == "row 5 was published (report cost_sweep/s1) and is no longer there"


def test_a_chain_rewritten_from_some_row_on_is_caught_by_a_published_head(ledger, owner):
    written(ledger)
    heads = published(ledger)
    tampered(owner, "DELETE FROM journal WHERE seq >= 4")
    written(ledger, 3)
    assert views.verify_journal(ledger).ok
    found = views.verify_journal(ledger, heads)
    assert (found.ok, found.first_bad) == (False, 5)
    assert "report cost_sweep/s1" in found.reason


def test_publishing_the_rewritten_chain_as_well_does_not_hide_it(ledger, owner):
    written(ledger)
    heads = published(ledger)
    tampered(owner, "DELETE FROM journal WHERE seq >= 4")
    written(ledger, 2)
    found = views.verify_journal(ledger, [*published(ledger, "report cost_sweep/s2"), *heads])
    assert (found.ok, found.first_bad) == (False, 5)
    assert "report cost_sweep/s1" in found.reason


@pytest.mark.parametrize(("hash_", "ok"), [(GENESIS, True), ("f" * 64, False)])
def test_the_head_of_an_empty_journal_may_have_been_published(ledger, hash_, ok):
    written(ledger)
    assert views.verify_journal(ledger, [Head(0, hash_, "report")]).ok is ok


@given(st.integers(), st.datetimes(timezones=st.timezones()), st.text(), st.text(), st.text(), st.text())
def test_a_rows_hash_is_that_of_its_canonical_json(seq, at, kind, subject, body, prev_hash):
    try:
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:  # a local time beyond year 1 or 9999 in UTC
        return
    whole = canonical_json([seq, moment, kind, subject, body, prev_hash])
    assert journal.row_hash(seq, at, kind, subject, body, prev_hash) == sha256(whole)


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
