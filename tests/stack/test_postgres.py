"""The embedded PostgreSQL and its two databases."""

import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from include.stack import databases
from include.stack.home import Home
from include.stack.postgres import AIRFLOW, LEDGER, PID_FILE, Postgres, forget_stale_pid


@pytest.fixture(scope="module")
def place():
    """Not below pytest's own folders: under root the server runs as another user, who may not enter them."""
    folder = Path(tempfile.mkdtemp(prefix="watchkeeper-stack-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def postgres(place):
    server = Postgres(place / "postgres")
    server.start()
    yield server
    server.stop()


def plain(url):
    return url.replace("+psycopg", "")


def mark(postgres, database):
    with psycopg.connect(plain(postgres.url(database)), autocommit=True) as connection:
        connection.execute("CREATE TABLE mark ()")


def marked(postgres, database):
    with psycopg.connect(plain(postgres.url(database))) as connection:
        return connection.execute("SELECT to_regclass('mark') IS NOT NULL").fetchone()[0]


def test_a_demo_starts_empty_and_migrates_only_once(postgres):
    assert databases.fresh(postgres), "a new server has no migrated template"
    mark(postgres, AIRFLOW)  # stands for the migrated tables
    databases.keep_template(postgres)
    mark(postgres, LEDGER)
    assert not databases.fresh(postgres)
    assert marked(postgres, AIRFLOW)
    assert not marked(postgres, LEDGER)


def test_a_fresh_start_cuts_off_whoever_is_still_connected(postgres):
    databases.fresh(postgres)
    with psycopg.connect(plain(postgres.url(LEDGER)), autocommit=True) as left_behind:
        databases.fresh(postgres)
        with pytest.raises(psycopg.OperationalError):
            left_behind.execute("SELECT 1")


def test_a_real_accounts_data_is_kept_and_migrated_once_per_version(postgres, place):
    home = Home(place)
    for database in (AIRFLOW, LEDGER):
        postgres.drop(database)
    assert databases.kept(postgres, home), "new databases have to be migrated"
    databases.note_migrated(home)
    mark(postgres, LEDGER)
    assert not databases.kept(postgres, home)
    assert marked(postgres, LEDGER)
    home.migrated.write_text("3.0.0")
    assert databases.kept(postgres, home), "another Airflow has to migrate"


def test_a_server_that_a_killed_run_left_is_taken_over_and_stopped(place):
    folder = place / "left"
    Postgres(folder).start()
    assert Postgres(folder).stop_left_behind()
    assert not (folder / PID_FILE).exists()
    assert not Postgres(folder).stop_left_behind()


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        pytest.param("postgres\n", True, id="still the server"),
        pytest.param("bash\n", False, id="somebody else's by now"),
        pytest.param(None, False, id="nobody's"),
    ],
)
def test_a_process_id_left_by_a_crash_is_not_taken_for_a_server(tmp_path, command, kept):
    proc = tmp_path / "proc"
    (proc / "77").mkdir(parents=True)
    if command:
        (proc / "77" / "comm").write_text(command)
    (tmp_path / PID_FILE).write_text("77\n/data\n")
    forget_stale_pid(tmp_path, proc)
    assert (tmp_path / PID_FILE).exists() == kept
