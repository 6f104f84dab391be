"""The two databases, ready to use: fresh for each demo, kept and migrated for a real account."""

from importlib.metadata import version

from include.stack.home import Home
from include.stack.postgres import AIRFLOW, LEDGER, Postgres


def airflow_version() -> str:
    return version("apache-airflow-core")


def template() -> str:
    """The migrated, empty metadata of this Airflow: copied in a blink instead of migrated in seconds."""
    return "airflow_template_" + airflow_version().replace(".", "_")


def fresh(postgres: Postgres) -> bool:
    """Empty databases, whatever was in them. True: Airflow's still has to be migrated."""
    for database in (AIRFLOW, LEDGER):
        postgres.drop(database)
    postgres.create(LEDGER)
    known = postgres.exists(template())
    postgres.create(AIRFLOW, template() if known else "template1")
    return not known


def keep_template(postgres: Postgres) -> None:
    """Right after the migration, before anybody is connected."""
    postgres.create(template(), AIRFLOW)


def kept(postgres: Postgres, home: Home) -> bool:
    """The databases as they are, made if missing. True: Airflow's has to be migrated."""
    for database in (AIRFLOW, LEDGER):
        if not postgres.exists(database):
            postgres.create(database)
            home.migrated.unlink(missing_ok=True)
    return not home.migrated.exists() or home.migrated.read_text() != airflow_version()


def note_migrated(home: Home) -> None:
    home.migrated.write_text(airflow_version())
