"""The one-shot `init` service of docker-compose.yaml: passwords in place, both databases migrated.

It runs as root, to read the secret and hand Airflow's user what is its own; the migrations run as that user.
Safe to run again, at every start.
"""

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from include.stack.errors import StackError

SECRET = Path("/run/secrets/airflow_passwords")
USER = "airflow"
LOGS = Path("/opt/airflow/logs")


def main(environ: Mapping[str, str] = os.environ) -> None:
    owner = pwd.getpwnam(USER)
    place_passwords(SECRET, Path(environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]), owner.pw_uid)
    for folder in folders(environ):
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, owner.pw_uid, 0)
    create_database(environ["WATCHKEEPER_LEDGER"])
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
    parsed = make_url(url)
    server = parsed.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [parsed.database])
        if known.fetchone() is None:
            name = sql.Identifier(str(parsed.database))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


if __name__ == "__main__":
    main()
