"""Three servers, each started when a test first needs it: empty, the estate as it is, and one to change."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from botocore.config import Config

from include.aws.collect.metrics import collect_metrics
from include.aws.collect.run import collect_target
from include.core.datasets import names
from include.domains.cost.sweep import needs
from include.flows.assessing import judge_snapshot
from include.lake import Lake
from include.lake.telemetry import aggregate
from include.policies.cost import cost_policy
from include.simulation.history import backfill
from include.simulation.manifest import PLACES, Place
from include.simulation.process import running
from include.simulation.stage import assumed

PERIOD = cost_policy().telemetry.period_seconds
SNAPSHOT = "20990101T000000Z"
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


@pytest.fixture(scope="session")
def findings(estate, tmp_path_factory) -> pl.DataFrame:
    """FINDINGS of the estate, FAIL and UNKNOWN."""
    lake = Lake(tmp_path_factory.mktemp("lake"))
    backfill(lake, estate)
    as_of = datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", estate)
        read = [_read(place, estate, as_of) for place in PLACES]
    tables = [*names(), "metrics", "gaps"]
    whole = {name: pl.concat([one[name] for one in read if name in one]) for name in tables}
    stats = aggregate(whole["metrics"].lazy(), needs().metrics, as_of=as_of)
    for name, frame in (whole | {"metric_stats": stats}).items():
        lake.land(name, frame, snapshot_id=SNAPSHOT, as_of=as_of)
    targets = [f"{place.account_id}/{place.region}" for place in PLACES]
    lake.close(SNAPSHOT, as_of=as_of, targets=targets, resources=0)
    return judge_snapshot(lake, SNAPSHOT).findings


def _read(place, endpoint, as_of):
    session = assumed(endpoint, place, "watchkeeper-read")
    collected = collect_target(session, place.account_id, place.region)
    metrics, gaps = collect_metrics(
        session.client("cloudwatch"),
        place.account_id,
        needs().metrics,
        collected.frames,
        as_of=as_of,
        period_seconds=PERIOD,
    )
    return collected.frames | {"metrics": metrics, "gaps": pl.concat([collected.gaps, gaps])}
