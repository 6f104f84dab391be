"""Bring the ledger's tables up to date: `python -m include.ledger.migrate` (WATCHKEEPER_LEDGER).

Safe to run again and from several containers at once: one migrates, the others wait and find nothing to do.
Run it as the database's owner; the application itself needs no right to alter tables.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from include.ledger.connection import Ledger

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
    ledger = Ledger.from_env()
    upgrade(ledger.url)
    print(f"ledger {ledger.name}: tables are up to date")


if __name__ == "__main__":
    main()
