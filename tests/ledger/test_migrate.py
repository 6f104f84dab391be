import json
import os
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from include.core.errors import LedgerUnavailable
from include.ledger import migrate
from include.ledger.models import Base
from tests.conftest import ROOT


def test_the_migrations_make_exactly_what_the_models_say(owner):
    with owner.connection() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_again_changes_nothing(owner):
    with owner.transaction() as session:
        before = session.scalar(text("SELECT version_num FROM alembic_version"))
    migrate.upgrade(owner.url)
    with owner.transaction() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == before


def test_an_empty_database_is_migrated_from_the_command_line(owner):
    with owner.transaction() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    done = subprocess.run(
        [sys.executable, "-m", "include.ledger.migrate"],
        env=os.environ | {migrate.OWNER: owner.url, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tables are up to date" in done.stdout
    with owner.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM journal")) == 0


def test_a_database_out_of_reach_is_said_so():
    with pytest.raises(LedgerUnavailable):
        migrate.upgrade("postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_executions_of_an_older_ledger_learn_their_resource(owner):
    """A ledger with plans, as the first version left it."""
    with owner.transaction() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    migrate.upgrade(owner.url, "0001")
    change = {
        "change_id": "chg-1",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ec2_instances",
        "resource_id": "i-1",
    }
    with owner.transaction() as session:
        session.execute(
            text(
                "INSERT INTO plans (digest, content, domain, level, origin, dag_id, run_id, policy_version,"
                " created_at, state, change_count, saving_usd_month, unpriced) VALUES"
                " ('d', :content, 'cost', 'auto', 'planned', 'x', 'y', 'v', now(), 'signed_off', 1, 0, 0)"
            ),
            {"content": json.dumps({"changes": [change]})},
        )
        session.execute(
            text(
                "INSERT INTO executions (digest, change_id, position, state, attempts)"
                " VALUES ('d', 'chg-1', 0, 'applied', 1)"
            )
        )
    migrate.upgrade(owner.url)
    with owner.transaction() as session:
        found = session.execute(
            text("SELECT account_id, region, resource_type, resource_id FROM executions")
        ).one()
    assert tuple(found) == ("111111111111", "eu-west-1", "ec2_instances", "i-1")
