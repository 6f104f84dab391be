"""Three servers, each started when a test first needs it: empty, the estate as it is, and one to change."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config

from include.simulation.manifest import Place
from include.simulation.process import running
from include.simulation.stage import assumed

PREFIX = "/watchkeeper-sim/"
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def empty() -> Iterator[str]:
    with running("--empty") as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def estate() -> Iterator[str]:
    """Only for tests that change nothing."""
    with running() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def scratch() -> Iterator[str]:
    """For tests that change resources, and with one volume nobody can believe."""
    with running("--corrupt", "ebs_volumes") as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ask() -> Ask:
    """One request to a server's own endpoints, as JSON."""

    def send(endpoint: str, name: str, method: str = "GET", body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(endpoint + PREFIX + name, data, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    return send


@pytest.fixture(scope="session")
def client() -> Callable[[str, Place, str], Any]:
    """A boto3 client in a target that asks once and waits for no retry."""
    sessions: dict[tuple[str, Place], Any] = {}

    def make(endpoint: str, place: Place, service: str) -> Any:
        if (endpoint, place) not in sessions:
            sessions[endpoint, place] = assumed(endpoint, place, "watchkeeper-read")
        once = Config(retries={"total_max_attempts": 1})
        return sessions[endpoint, place].client(service, endpoint_url=endpoint, config=once)

    return make


@pytest.fixture
def faulty(empty: str, ask: Ask) -> Iterator[Callable[..., None]]:
    """Puts faults into the empty server, and takes them out again."""

    def add(**fault: object) -> None:
        ask(empty, "faults", "POST", fault)

    yield add
    ask(empty, "faults", "DELETE")
