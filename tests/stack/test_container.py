"""The `init` service: passwords for Airflow's user alone, folders, the second database."""

import os
import stat

import psycopg
import pytest
from sqlalchemy.engine import make_url

from include.ledger import Ledger, migrate, rights
from include.stack import container
from include.stack.errors import StackError


def test_passwords_are_copied_for_airflows_user_alone(tmp_path):
    secret, file = tmp_path / "secret", tmp_path / "auth" / "passwords.json"
    secret.write_text('{"ann": "x"}')
    for content in ('{"ann": "x"}', '{"ann": "y"}'):
        secret.write_text(content)
        container.place_passwords(secret, file, os.getuid())
        assert file.read_text() == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["passwords.json"]


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_without_passwords_nobody_gets_a_generated_one(tmp_path, content):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_text(content)
    with pytest.raises(StackError, match=r"\.secrets/passwords\.json"):
        container.place_passwords(secret, tmp_path / "passwords.json", os.getuid())


@pytest.mark.parametrize(
    ("lake", "expected"),
    [
        ("/data/lake", ["/data/lake", "/data/reports", "/data/docs", "/opt/airflow/logs"]),
        ("s3://bucket/lake", ["/data/reports", "/data/docs", "/opt/airflow/logs"]),
    ],
)
def test_folders_are_made_where_the_lake_is_one(lake, expected):
    environ = {
        "WATCHKEEPER_LAKE": lake,
        "WATCHKEEPER_REPORTS": "/data/reports",
        "WATCHKEEPER_DATA_DOCS": "/data/docs",
    }
    assert [str(folder) for folder in container.folders(environ)] == expected


def test_the_ledgers_database_is_made_once(postgres_server):
    url = make_url(postgres_server).set(drivername="postgresql+psycopg", database="made_by_init")
    text = url.render_as_string(hide_password=False)
    container.create_database(text)
    container.create_database(text)
    with psycopg.connect(
        make_url(text).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as made:
        assert made.execute("SELECT current_database()").fetchone() == ("made_by_init",)


@pytest.fixture
def server(postgres_server):
    """Addresses on the embedded server: `server(database, role, password)`."""

    def address(database, role="postgres", password=None):
        url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=database)
        return url.set(username=role, password=password).render_as_string(hide_password=False)

    return address


def ask(url, statement):
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def test_a_role_is_let_in_with_its_password_as_often_as_one_likes(server):
    owner = server("postgres")
    stored = "SELECT rolpassword FROM pg_authid WHERE rolname = 'let_in'"
    seen = set()
    for password in ("first-1", "it's; --", "it's; --"):
        container.let_in(owner, server("postgres", "let_in", password))
        seen.add(ask(owner, stored)[0][0])
    assert len(seen) == 3, "a verifier with its own salt each time"
    assert all(one.startswith("SCRAM-SHA-256$") for one in seen)
    ((is_super, may_create),) = ask(
        owner, "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = 'let_in'"
    )
    assert (is_super, may_create) == (False, False)


def test_airflows_database_of_an_older_deployment_is_handed_to_airflows_role(server):
    owner, url = server("handed_over"), server("handed_over", "airflow_of_old", "secret")
    container.create_database(owner)
    ask(owner, "CREATE TYPE state AS ENUM ('up')")
    ask(owner, "CREATE TABLE run (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, s state)")
    ask(owner, "CREATE SEQUENCE alone")
    ask(owner, "CREATE VIEW runs AS SELECT * FROM run")
    container.let_in(owner, url)
    for _ in range(2):
        container.hand_over(owner, url)
        ask(url, "ALTER TABLE run ADD COLUMN more text")
        ask(url, "ALTER TABLE run DROP COLUMN more")
    kept = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner = 10"
    assert ask(owner, kept) == []
    assert ask(owner, "SELECT pg_get_userbyid(typowner) FROM pg_type WHERE typname = 'state'") == [
        ("airflow_of_old",)
    ]
    ask(url, "CREATE TABLE later ()")


def test_a_ledger_that_its_owner_used_is_left_to_the_applications_role(server):
    owner, url = server("older_ledger"), server("older_ledger", rights.APPLICATION, "secret")
    container.create_database(owner)
    migrate.upgrade(owner, "0002")
    container.let_in(owner, url)
    migrate.upgrade(owner)
    assert rights.problems(Ledger(url)) == []
