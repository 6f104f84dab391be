"""The simulated AWS in a process of its own, for whoever needs one for a while."""

import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from include.core.errors import WatchkeeperError

ROOT = Path(__file__).parents[2]
READY_WITHIN_SECONDS = 180
END_WITHIN_SECONDS = 15


@contextmanager
def running(*arguments: str, port: int = 0) -> Iterator[str]:
    """The endpoint of a server that is ready; ended on leaving. `arguments` as on the server's command line.

    WatchkeeperError, with what it said, when it ends or keeps silent instead of getting ready.
    """
    command = [sys.executable, "-m", "include.simulation.server", "--port", str(port), *arguments]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            yield _endpoint(process, said)
        finally:
            _end(process)


def _endpoint(process: "subprocess.Popen[str]", said: IO[str]) -> str:
    stdout = process.stdout
    assert stdout is not None  # noqa: S101 - it was asked for
    with selectors.DefaultSelector() as waiting:
        waiting.register(stdout, selectors.EVENT_READ)
        line = stdout.readline() if waiting.select(READY_WITHIN_SECONDS) else ""
    if " on http://" not in line:
        said.seek(0)
        raise WatchkeeperError(f"the simulated AWS did not get ready; it said:\n{said.read()[-3000:]}")
    return line.split()[-1]


def _end(process: "subprocess.Popen[str]") -> None:
    """Asks it to end, insists if it does not, and leaves nothing open."""
    process.terminate()
    try:
        process.wait(END_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
