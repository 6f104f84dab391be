"""Reaching the ledger: transactions, advisory locks, and one error when it cannot be reached."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from include.core.errors import LedgerUnavailable

ENVIRONMENT = "WATCHKEEPER_LEDGER"
CONNECT_TIMEOUT_SECONDS = 10
LOCK_TIMEOUT = "60s"


class Ledger:
    """One PostgreSQL database. Connections are opened per transaction and closed after it: workers are many
    and mostly wait on AWS, so none keeps one idle."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise LedgerUnavailable(
                f"ledger: expected a URL such as postgresql+psycopg://user@host/watchkeeper ({error})"
            ) from error
        self.url = url
        self.name = parsed.render_as_string(hide_password=True)
        self._engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "options": f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT}",
            },
        )

    @classmethod
    def from_env(cls) -> Self:
        """The ledger WATCHKEEPER_LEDGER names; LedgerUnavailable when it names none."""
        url = os.environ.get(ENVIRONMENT)
        if not url:
            raise LedgerUnavailable(
                f"{ENVIRONMENT} is not set: expected postgresql+psycopg://user@host/watchkeeper"
            )
        return cls(url)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction, committed at the end of the block, rolled back on any error."""
        with self._reaching(), Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One connection kept for the block, for `locked` and the transactions under that lock."""
        with self._reaching(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise LedgerUnavailable(
                f"ledger {self.name} cannot be reached: {_first_line(error)}. Nothing more is applied."
            ) from error
        except ProgrammingError as error:
            if not isinstance(error.orig, UndefinedTable):
                raise
            raise LedgerUnavailable(
                f"ledger {self.name} has no tables yet. Run: python -m include.ledger.migrate"
            ) from error


@contextmanager
def transaction_on(connection: Connection) -> Iterator[Session]:
    """One transaction on a connection that holds a lock: when the lock is lost with the connection,
    so is every write under it."""
    with Session(connection) as session, session.begin():
        yield session


@contextmanager
def locked(connection: Connection, name: str) -> Iterator[bool]:
    """Try the advisory lock called `name` for the block; False when another live connection holds it.

    PostgreSQL drops it with the connection, so a killed worker never leaves it behind.
    """
    key = {"name": name}
    got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), key))
    connection.commit()
    try:
        yield got
    finally:
        if got and not connection.invalidated and not connection.closed:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), key)
            connection.commit()


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
