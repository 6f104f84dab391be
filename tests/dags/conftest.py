"""Whole-DAG runs: Airflow's metadata, the ledger, the lake and the simulated AWS, all real."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.dag_processing.dagbag import DagBag

from include.aws.act import action
from include.core.changes import Change
from include.lake import Lake
from include.ledger import Ledger, migrate, views
from include.simulation.history import backfill
from include.simulation.manifest import Place
from include.simulation.process import running
from include.simulation.stage import assumed
from tests import api_calls
from tests.conftest import ROOT
from tests.postgres_fixtures import as_application

TEMPLATE = "airflow_template"
CONNECTION = json.dumps({"conn_type": "aws", "login": "simulated", "password": "simulated"})


@pytest.fixture(scope="session")
def dags():
    bag = DagBag(dag_folder=ROOT / "dags")
    assert bag.import_errors == {}
    assert bag.dags, "no DAG found: wrong folder?"
    return bag.dags


@pytest.fixture(scope="session")
def house(postgres_server: str, tmp_path_factory, worker_id: str) -> Iterator[dict[str, str]]:
    """The environment of a whole installation of its own, the simulated estate seeded."""
    base = tmp_path_factory.getbasetemp()
    home = tmp_path_factory.mktemp("house")
    heard = Path(os.environ[api_calls.ENVIRONMENT]) / f"{worker_id}-{home.name}"  # each worker has a house
    heard.mkdir()
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WATCHKEEPER"))
    }
    env |= {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW_CONN_WATCHKEEPER_READ": CONNECTION,
        "AIRFLOW_CONN_WATCHKEEPER_CHANGE": CONNECTION,
        "PYTHONPATH": str(ROOT),
        api_calls.ENVIRONMENT: str(heard),
        "WATCHKEEPER_LAKE": str(home / "lake"),
        "WATCHKEEPER_REPORTS": str(home / "reports"),
        "WATCHKEEPER_DATA_DOCS": str(home / "data-docs"),
    }
    shared = base if worker_id == "master" else base.parent
    with (shared / "airflow.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (shared / "airflow.ready").exists():
            _create(postgres_server, TEMPLATE)
            migrating = env | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _url(postgres_server, TEMPLATE)}
            _run([sys.executable, "-m", "airflow", "db", "migrate"], migrating)
            (shared / "airflow.ready").touch()
        name = f"airflow_{uuid.uuid4().hex}"
        _create(postgres_server, name, TEMPLATE)
    env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = _url(postgres_server, name)
    ledger = f"house_{uuid.uuid4().hex}"
    _create(postgres_server, ledger)
    migrate.upgrade(_url(postgres_server, ledger))
    env["WATCHKEEPER_LEDGER"] = as_application(_url(postgres_server, ledger))
    with running() as endpoint:
        yield env | {"AWS_ENDPOINT_URL": endpoint}


@pytest.fixture(scope="session")
def run_dag(house: dict[str, str]) -> Callable[..., dict[str, Any]]:
    """`run_dag("cost_sweep", {"dry_run": True}, option="Approve", user="ann", comment="...")`."""
    return partial(_run_dag, house)


def without_capacity(home: Path) -> Path:
    """Policies that follow no series: an empty lake would have a quarter of every one read from moto."""
    policies = home / "policies"
    shutil.copytree(ROOT / "include" / "policies", policies)
    (policies / "capacity.yaml").write_text("series: {}\n")
    return policies


@pytest.fixture(scope="session")
def spoiled(house: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The same house with an empty lake, on an estate that has one volume nobody can believe."""
    with running("--corrupt", "ebs_volumes", "--allow-all") as endpoint:
        home = tmp_path_factory.mktemp("spoiled")
        yield house | {
            "AWS_ENDPOINT_URL": endpoint,
            "WATCHKEEPER_LAKE": str(home / "lake"),
            "WATCHKEEPER_POLICIES": str(without_capacity(home)),
        }


@pytest.fixture(scope="session")
def run_dag_spoiled(spoiled: dict[str, str]) -> Callable[..., dict[str, Any]]:
    return partial(_run_dag, spoiled)


@pytest.fixture(scope="session")
def history(house: dict[str, str]) -> None:
    """Two weeks of earlier snapshots, so that what needs history has it."""
    backfill(Lake(house["WATCHKEEPER_LAKE"]), house["AWS_ENDPOINT_URL"])


@pytest.fixture
def plans_of(house: dict[str, str]) -> Callable[..., list[views.PlanView]]:
    """The plans of one run, as the ledger has them."""
    ledger = Ledger(house["WATCHKEEPER_LEDGER"])
    return lambda done, dag_id="cost_sweep": views.plans_of_run(ledger, dag_id, done["run_id"])


@pytest.fixture
def live(house: dict[str, str]) -> Callable[[Change], Any]:
    """What the action reads of a change's resource in the simulated AWS, now."""

    def read(change: Change) -> Any:
        doing = action(change.action)
        place = Place(change.account_id, change.region)
        session = assumed(house["AWS_ENDPOINT_URL"], place, "watchkeeper-read")
        client = session.client(doing.service(change.params), endpoint_url=house["AWS_ENDPOINT_URL"])
        return doing.read(client, change.resource_id, change.params)

    return read


def _run_dag(
    env: dict[str, str], dag_id: str, params: dict[str, Any] | None = None, **answer: Any
) -> dict[str, Any]:
    script = str(ROOT / "tests" / "dags" / "run_dag.py")
    said = _run([sys.executable, script, dag_id, json.dumps(params or {}), json.dumps(answer)], env)
    return json.loads(said.stdout.splitlines()[-1]) | {"log": said.stdout + said.stderr}


def _run(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    )
    return done


def _create(server: str, name: str, template: str = "template1") -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _url(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"postgresql+psycopg://{base.rpartition('/')[0].partition('://')[2]}/{name}?{query}"
