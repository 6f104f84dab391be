"""The whole stack, started once: PostgreSQL, the simulated AWS, Airflow; swept until it asks people."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, sync_playwright

from include.stack import demo
from include.stack.airflow_api import Json
from include.stack.follow import Follower
from include.stack.stack import Stack

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Swept(NamedTuple):
    """A sweep that waits for people."""

    stack: Stack
    run_id: str
    questions: list[Json]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    # not below pytest's folder: a Unix socket's path is short, and PostgreSQL runs as another user there
    home = Path(tempfile.mkdtemp(prefix="wk-e2e-"))
    home.chmod(0o755)
    try:
        with Stack(mode="demo", home=home, port=_free_port()) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def swept(stack: Stack) -> Swept:
    with stack.api("ann") as api:
        follower = Follower(api, check=stack.check, say=print)
        run_id = demo.sweep(follower, print)
        return Swept(stack, run_id, follower.questions(demo.SWEEP, run_id, seconds=600))


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
