"""Many writers at once: the chain stays one chain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from include.ledger import journal, views
from include.ledger.journal import Entry

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


def test_writers_at_the_same_time_make_one_chain(ledger):
    def write(n):
        for m in range(10):
            with ledger.transaction() as session:
                journal.append(
                    session, [Entry("test.a", f"{n}", {"m": m}), Entry("test.b", f"{n}", {})], at=NOW
                )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    found = views.verify_journal(ledger)
    assert (found.ok, found.rows) == (True, 120)
