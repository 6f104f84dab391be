"""The whole stack, started once: PostgreSQL, the simulated AWS, Airflow; swept until it asks people.

Its policy: three approvers, and whoever started a run does not sign it off.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from playwright.sync_api import Browser, sync_playwright

from include.ledger import views
from include.stack import demo
from include.stack.airflow_api import Json
from include.stack.follow import Follower
from include.stack.stack import Stack
from tests.conftest import ROOT
from tests.e2e import road

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Swept(NamedTuple):
    """A sweep that waits for people."""

    stack: Stack
    run_id: str
    questions: list[Json]
    found: pl.DataFrame
    """What it found; a later sweep of the same snapshot lands its own findings there."""


class Tempted(NamedTuple):
    """A run of its own for one target, whose plan waits for people who will not be asked properly."""

    stack: Stack
    run_id: str
    digest: str
    question: Json


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies")
    for file in (ROOT / "include" / "policies").glob("*.yaml"):
        shutil.copy(file, folder)
    road.rewrite(
        folder,
        ("finops: [ann, ben]", "finops: [ann, ben, cat]"),
        ("requester_may_approve: true", "requester_may_approve: false"),
    )
    return folder


@pytest.fixture(scope="module")
def stack(policies: Path) -> Iterator[Stack]:
    # not below pytest's folder: a Unix socket's path is short, and PostgreSQL runs as another user there
    home = Path(tempfile.mkdtemp(prefix="wk-e2e-"))
    home.chmod(0o755)
    try:
        with Stack(mode="demo", home=home, port=_free_port(), policies=policies) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def swept(stack: Stack) -> Swept:
    """Ann collected the estate, some of which has hostile names; the sweep that its asset started waits."""
    road.rename_what_is_found(stack)
    with stack.api("ann") as api:
        follower = Follower(api, check=stack.check, say=print)
        run_id = demo.started(follower, demo.SWEEP, demo.collect(follower, print))
        asked = follower.questions(demo.SWEEP, run_id, seconds=600)
    found = stack.lake.read("findings", stack.lake.snapshot().snapshot_id).filter(domain="cost").collect()
    return Swept(stack, run_id, asked, found)


@pytest.fixture(scope="module")
def tempted(swept: Swept) -> Tempted:
    """Ann's own run for one target; one sign-off is asked for."""
    return _tempted(swept.stack, "222222222222/us-east-1")


@pytest.fixture(scope="module")
def for_two(swept: Swept, policies: Path) -> Tempted:
    """Ann's own run for another target, planned while policy wants two people."""
    with road.rewritten(policies, ("rules:", "rules:\n  - {match: {domain: cost}, level: two_person}\n  #")):
        return _tempted(swept.stack, "111111111111/us-east-1")


def _tempted(stack: Stack, target: str) -> Tempted:
    with stack.api("ann") as api:
        run_id = api.trigger(demo.SWEEP, {"targets": [target]})
        follower = Follower(api, check=stack.check, say=print)
        (question,) = follower.questions(demo.SWEEP, run_id, seconds=600)
    (view,) = views.plans_of_run(stack.ledger, demo.SWEEP, run_id)
    return Tempted(stack, run_id, view.row.digest, question)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """An installed Chromium, else the one Playwright has downloaded. CI installs one: it never skips."""
    installed = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        if installed is None and not own.exists():
            if os.environ.get("CI"):
                pytest.fail("no Chromium: .ci/run must have installed one")
            pytest.skip("no Chromium here: install chromium, or run `.venv/bin/playwright install chromium`")
        started = playwright.chromium.launch(executable_path=installed, args=QUIET)
        yield started
        started.close()


def _free_port() -> int:
    """One from the range the system hands out: no other stack on this machine looks there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
