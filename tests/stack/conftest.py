"""Settings of a stack that is never started, and services that are small Python programs."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from include.stack.environment import Settings
from include.stack.home import Home
from include.stack.service import Service


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def settings(home: Home) -> Settings:
    return Settings(
        root=Path("/project"),
        home=home,
        port=8081,
        users={"ann": "op", "vic": "viewer"},
        keys={"jwt_secret": "j", "api_secret": "a", "fernet_key": "f"},
        airflow_database="postgresql+psycopg://postgres:@/airflow?host=/socket",
        ledger="postgresql+psycopg://watchkeeper_app:@/watchkeeper?host=/socket",
        ledger_owner="postgresql+psycopg://postgres:@/watchkeeper?host=/socket",
        aws_endpoint="http://127.0.0.1:5555",
    )


@pytest.fixture
def service(tmp_path: Path, home: Home) -> Iterator[Callable[..., Service]]:
    """`service("python code", name=..., patience=...)`, ended after the test whatever happens."""
    made: list[Service] = []

    def make(code: str, *, name: str = "part", patience: float = 10.0) -> Service:
        env = {"WATCHKEEPER_STACK": str(home.folder), "PYTHONUNBUFFERED": "1"}
        one = Service(
            name,
            [sys.executable, "-S", "-c", code],
            env=env,
            folder=tmp_path,
            log=tmp_path / f"{name}.log",
            patience=patience,
        )
        made.append(one)
        return one

    yield make
    for one in made:
        one.patience = 0
        one.stop()


@pytest.fixture
def root() -> Path:
    return Path(__file__).parents[2]
