import pytest
from sqlalchemy import text

from include.core.errors import LedgerUnavailable
from include.ledger import Ledger
from include.ledger.connection import locked, transaction_on


def test_a_transaction_that_fails_changes_nothing(ledger):
    def fail():
        with ledger.transaction() as session:
            session.execute(
                text(
                    "INSERT INTO freezes (reason, owner, set_at, expires_at) VALUES ('r', 'o', now(), now())"
                )
            )
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - raised bare above
        fail()
    with ledger.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM freezes")) == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://nobody:hidden@127.0.0.1:1/none", "cannot be reached"),
        ("postgresql+psycopg:///none?host=/nowhere", "cannot be reached"),
    ],
)
def test_a_ledger_out_of_reach_says_which_and_never_its_password(url, said):
    with pytest.raises(LedgerUnavailable, match=said) as caught, Ledger(url).connection():
        pass
    assert "hidden" not in str(caught.value)


def test_a_url_that_is_none_says_what_was_expected():
    with pytest.raises(LedgerUnavailable, match=r"expected a URL such as postgresql\+psycopg"):
        Ledger("not a url")


def test_the_environment_names_the_ledger(monkeypatch, postgres_url):
    monkeypatch.setenv("WATCHKEEPER_LEDGER", postgres_url)
    with Ledger.from_env().transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1
    monkeypatch.delenv("WATCHKEEPER_LEDGER")
    with pytest.raises(LedgerUnavailable, match="WATCHKEEPER_LEDGER is not set"):
        Ledger.from_env()


def test_a_database_without_tables_says_how_to_get_them(ledger, owner):
    with owner.transaction() as session:
        session.execute(text("DROP TABLE journal"))
    with (
        pytest.raises(LedgerUnavailable, match=r"python -m include\.ledger\.migrate"),
        ledger.transaction() as s,
    ):
        s.execute(text("SELECT * FROM journal"))


def test_times_come_back_in_utc(ledger):
    with ledger.transaction() as session:
        assert session.scalar(text("SHOW timezone")) == "UTC"


def test_a_lock_is_held_by_one_connection_at_a_time(ledger):
    with ledger.connection() as first, ledger.connection() as second:
        with locked(first, "thing") as mine:
            assert mine
            with locked(second, "thing") as theirs, locked(second, "another thing") as other:
                assert (theirs, other) == (False, True)
        with locked(second, "thing") as freed:
            assert freed


def test_a_lock_goes_with_the_connection_of_a_killed_worker(ledger):
    with ledger.connection() as second:
        with ledger.connection() as first, locked(first, "thing"):
            first.connection.driver_connection.close()
            first.invalidate()
        # The server notices a closed socket a moment later: wait for the lock as PostgreSQL does.
        second.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('thing', 0))"))
        second.commit()
        with locked(second, "thing") as freed:
            assert freed


def test_transactions_under_a_lock_keep_it(ledger):
    with ledger.connection() as first, ledger.connection() as second, locked(first, "thing"):
        with transaction_on(first) as session:
            session.execute(text("SELECT 1"))
        with locked(second, "thing") as theirs:
            assert not theirs
