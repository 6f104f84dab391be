"""The `init` service: passwords for Airflow's user alone, folders, the second database."""

import os
import stat

import psycopg
import pytest
from sqlalchemy.engine import make_url

from include.stack import container
from include.stack.errors import StackError


def test_passwords_are_copied_for_airflows_user_alone(tmp_path):
    secret, file = tmp_path / "secret", tmp_path / "auth" / "passwords.json"
    secret.write_text('{"ann": "x"}')
    for content in ('{"ann": "x"}', '{"ann": "y"}'):
        secret.write_text(content)
        container.place_passwords(secret, file, os.getuid())
        assert file.read_text() == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["passwords.json"]


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_without_passwords_nobody_gets_a_generated_one(tmp_path, content):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_text(content)
    with pytest.raises(StackError, match=r"\.secrets/passwords\.json"):
        container.place_passwords(secret, tmp_path / "passwords.json", os.getuid())


@pytest.mark.parametrize(
    ("lake", "expected"),
    [
        ("/data/lake", ["/data/lake", "/data/reports", "/data/docs", "/opt/airflow/logs"]),
        ("s3://bucket/lake", ["/data/reports", "/data/docs", "/opt/airflow/logs"]),
    ],
)
def test_folders_are_made_where_the_lake_is_one(lake, expected):
    environ = {
        "WATCHKEEPER_LAKE": lake,
        "WATCHKEEPER_REPORTS": "/data/reports",
        "WATCHKEEPER_DATA_DOCS": "/data/docs",
    }
    assert [str(folder) for folder in container.folders(environ)] == expected


def test_the_ledgers_database_is_made_once(postgres_server):
    url = make_url(postgres_server).set(drivername="postgresql+psycopg", database="made_by_init")
    text = url.render_as_string(hide_password=False)
    container.create_database(text)
    container.create_database(text)
    with psycopg.connect(
        make_url(text).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as made:
        assert made.execute("SELECT current_database()").fetchone() == ("made_by_init",)
