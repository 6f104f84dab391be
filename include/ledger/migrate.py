"""Bring the ledger's tables up to date: `python -m include.ledger.migrate` (WATCHKEEPER_LEDGER_OWNER).

Safe to run again and from several containers at once: one migrates, the others wait and find nothing to do.
It connects as the role that owns the tables. The application connects as another (WATCHKEEPER_LEDGER, role
watchkeeper_app, made here), which can alter neither the tables nor what the journal holds.
"""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from include.core.errors import LedgerUnavailable
from include.ledger.connection import Ledger

OWNER = "WATCHKEEPER_LEDGER_OWNER"
SCRIPTS = Path(__file__).parent / "migrations"
LOCK = "watchkeeper migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Apply every migration up to `revision`. LedgerUnavailable when the database cannot be reached."""
    with Ledger(url).connection() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": LOCK})
        command.upgrade(config, revision)
        connection.commit()


def main() -> None:
    url = os.environ.get(OWNER)
    if not url:
        raise LedgerUnavailable(
            f"{OWNER} is not set: expected postgresql+psycopg://owner@host/watchkeeper, the role that owns "
            "the tables. WATCHKEEPER_LEDGER is the application's own, which may not alter them."
        )
    upgrade(url)
    print(f"ledger {Ledger(url).name}: tables are up to date")


if __name__ == "__main__":
    main()
