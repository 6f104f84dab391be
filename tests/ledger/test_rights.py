"""The application's role tries everything that could alter the journal; PostgreSQL refuses each."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from include.ledger import journal, rights, views
from include.ledger.journal import Entry

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
PLAN = (
    "INSERT INTO plans (digest, content, domain, level, origin, dag_id, run_id, policy_version, created_at,"
    " state, change_count, saving_usd_month, unpriced)"
    " VALUES ('d', '{}', 'cost', 'sign_off', 'planned', 'x', 'y', 'v', now(), 'rejected', 0, 0, 0)"
)


@pytest.fixture
def full(ledger):
    with ledger.transaction() as session:
        session.execute(text(PLAN))
        journal.append(session, [Entry("test.row", "d", {"n": n}) for n in range(3)], at=NOW)
    return ledger


def everything(owner):
    with owner.transaction() as session:
        tables = ("journal", "plans", "signoffs", "executions", "freezes")
        rows = {table: session.execute(text(f"SELECT * FROM {table}")).all() for table in tables}
        triggers = session.execute(text("SELECT tgname, tgenabled FROM pg_trigger ORDER BY 1")).all()
        return rows, triggers


REFUSED = [
    "UPDATE journal SET body = '{}' WHERE seq = 2",
    "UPDATE journal SET hash = hash",
    "DELETE FROM journal WHERE seq = 3",
    "DELETE FROM journal",
    "TRUNCATE journal",
    "TRUNCATE plans CASCADE",
    "DROP TABLE journal",
    "DROP TABLE journal CASCADE",
    "DROP SCHEMA public CASCADE",
    "DROP FUNCTION journal_only_grows() CASCADE",
    "DROP TRIGGER journal_only_grows ON journal",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "ALTER TABLE journal DISABLE TRIGGER journal_only_grows",
    "ALTER TABLE journal OWNER TO watchkeeper_app",
    "ALTER TABLE journal RENAME TO journal_of_old",
    "ALTER TABLE journal DROP COLUMN hash",
    "ALTER TABLE journal ADD COLUMN more text",
    "ALTER TABLE journal DROP CONSTRAINT journal_pkey",
    "DROP INDEX journal_prev_hash_key",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE watchkeeper_app SUPERUSER",
    "CREATE ROLE somebody SUPERUSER",
    "CREATE TABLE another (id int)",
    "CREATE TABLE public.another (id int)",
    "CREATE RULE quiet AS ON INSERT TO journal DO INSTEAD NOTHING",
    "CREATE TRIGGER quiet BEFORE INSERT ON journal EXECUTE FUNCTION journal_only_grows()",
    "CREATE OR REPLACE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NULL; END'",
    "COPY journal FROM PROGRAM 'true'",
    "MERGE INTO journal j USING plans p ON j.subject = p.digest WHEN MATCHED THEN DELETE",
    "INSERT INTO journal SELECT * FROM journal WHERE seq = 2 ON CONFLICT (seq) DO UPDATE SET body = '{}'",
    "UPDATE plans SET content = '{\"more\": 1}'",
    "UPDATE plans SET level = 'auto'",
    "DELETE FROM plans",
    "DELETE FROM signoffs",
    "UPDATE signoffs SET approver = 'ann'",
    "DELETE FROM executions",
    "UPDATE executions SET resource_id = 'i-2'",
    "UPDATE freezes SET expires_at = now()",
    "DELETE FROM freezes",
    "UPDATE alembic_version SET version_num = '0001'",
]


def test_the_application_may_do_none_of_these(full, owner):
    before = everything(owner)
    assert [statement for statement in REFUSED if not refused(full, statement)] == []
    assert everything(owner) == before
    assert views.verify_journal(full).rows == 3


def refused(ledger, statement):
    with ledger.connection() as connection:
        try:
            connection.execute(text(statement))
        except ProgrammingError as error:
            return any(why in str(error.orig) for why in ("permission denied", "must be owner"))
    return False


def test_it_cannot_widen_its_own_rights(full):
    with full.transaction() as session:
        session.execute(text("GRANT ALL ON journal TO watchkeeper_app"))  # granted nothing, with a warning
    assert rights.problems(full) == []


def test_it_owns_nothing(full, owner):
    with owner.transaction() as session:
        owned = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = :role"
        assert session.execute(text(owned), {"role": rights.APPLICATION}).all() == []


def test_the_application_finds_its_own_rights_narrow_enough(ledger):
    assert rights.problems(ledger) == []


def test_an_application_that_connects_as_the_owner_is_told(owner):
    (said,) = rights.problems(owner)
    assert "postgres, which is a superuser" in said
    assert "let it connect as watchkeeper_app" in said


@pytest.mark.parametrize(
    ("granted", "said"),
    [
        ("GRANT UPDATE (body) ON journal TO watchkeeper_app", "may UPDATE it"),
        ("GRANT DELETE ON journal TO watchkeeper_app", "may DELETE from it"),
        ("GRANT TRUNCATE ON journal TO watchkeeper_app", "may TRUNCATE it"),
        ("GRANT TRIGGER ON journal TO watchkeeper_app", "may add triggers to it"),
        ("ALTER TABLE journal OWNER TO watchkeeper_app", "owns the journal"),
        ("ALTER TABLE journal DISABLE TRIGGER journal_only_grows", "journal_only_grows is off"),
        ("ALTER TABLE journal ENABLE REPLICA TRIGGER journal_only_grows", "journal_only_grows is off"),
        ("DROP TRIGGER journal_only_grows ON journal", "journal_only_grows is off or gone"),
    ],
)
def test_whatever_would_let_it_alter_the_journal_is_named(ledger, owner, granted, said):
    with owner.transaction() as session:
        session.execute(text(granted))
    assert said in "; ".join(rights.problems(ledger))
