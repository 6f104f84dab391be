"""The one-shot `init` service of docker-compose.yaml: passwords and roles in place, both databases migrated.

It runs as root, to read the secret and hand Airflow's user what is its own; the migrations run as that user.
Safe to run again, at every start.
"""

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from include.ledger.migrate import OWNER
from include.stack.errors import StackError

AIRFLOW_DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
SECRET = Path("/run/secrets/airflow_passwords")
USER = "airflow"
LOGS = Path("/opt/airflow/logs")


def main(environ: Mapping[str, str] = os.environ) -> None:
    user = pwd.getpwnam(USER)
    place_passwords(SECRET, Path(environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]), user.pw_uid)
    for folder in folders(environ):
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, user.pw_uid, 0)
    owner = environ[OWNER]
    create_database(owner)
    for name in ("WATCHKEEPER_LEDGER", AIRFLOW_DATABASE):
        let_in(owner, environ[name])
    hand_over(owner, environ[AIRFLOW_DATABASE])
    for command in (["-m", "airflow", "db", "migrate"], ["-m", "include.ledger.migrate"]):
        subprocess.run([sys.executable, *command], check=True, user=USER, group=0, extra_groups=[])


def place_passwords(secret: Path, file: Path, uid: int) -> None:
    """Copy the secret to where Airflow's login wants a file it may lock, for that user alone."""
    if not secret.exists() or not secret.read_text().strip():
        raise StackError(
            f"{secret}: no passwords. Write .secrets/passwords.json beside docker-compose.yaml, such as "
            '{"ann": "...", "ben": "..."}, one for each name in WATCHKEEPER_USERS'
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(secret.read_bytes())
    os.chown(part, uid, 0)
    part.replace(file)


def folders(environ: Mapping[str, str]) -> list[Path]:
    """What Airflow's user writes to: the lake if it is a folder, reports, Data Docs, logs."""
    named = [environ[name] for name in ("WATCHKEEPER_LAKE", "WATCHKEEPER_REPORTS", "WATCHKEEPER_DATA_DOCS")]
    return [Path(name) for name in named if "://" not in name] + [LOGS]


def create_database(url: str) -> None:
    """Create the ledger's database beside Airflow's; nothing if it exists."""
    database = str(make_url(url).database)
    with _connected(url, "postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def let_in(owner: str, url: str) -> None:
    """Make the role of `url`, which may do nothing yet, and let it log in with the password of `url`."""
    wanted = make_url(url)
    role = sql.Identifier(str(wanted.username))
    with _connected(owner, "postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [wanted.username])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        password = sql.Literal(wanted.password)
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, password))


OWNED = """
SELECT format('ALTER TABLE %%s OWNER TO %%I', c.oid::regclass, %(role)s::text) FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND pg_get_userbyid(c.relowner) <> %(role)s
  AND (c.relkind IN ('r', 'p', 'v', 'm') OR (c.relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))))
UNION ALL
SELECT format('ALTER TYPE %%s OWNER TO %%I', t.oid::regtype, %(role)s::text) FROM pg_type t
WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e' AND pg_get_userbyid(t.typowner) <> %(role)s
"""
"""What is not the role's yet; a sequence that belongs to a column goes with its table."""


def hand_over(owner: str, url: str) -> None:
    """Give the database of `url`, and all in it, to the role of `url`: once it was the ledger owner's."""
    wanted = make_url(url)
    role, database = str(wanted.username), str(wanted.database)
    with _connected(owner, database) as connection:
        statement = sql.SQL("ALTER DATABASE {} OWNER TO {}")
        connection.execute(statement.format(sql.Identifier(database), sql.Identifier(role)))
        for (alter,) in connection.execute(OWNED, {"role": role}).fetchall():
            connection.execute(alter)


def _connected(owner: str, database: str) -> psycopg.Connection[Any]:
    server = make_url(owner).set(drivername="postgresql", database=database)
    return psycopg.connect(server.render_as_string(hide_password=False), autocommit=True)


if __name__ == "__main__":
    main()
