"""One stack per home; a killed one leaves nothing that blocks the next."""

import os
import signal
import subprocess
import sys

import pytest

from include.stack import lock

HOLD = """
import sys, signal, pathlib
from include.stack import lock
with lock.held(pathlib.Path(sys.argv[1])) as mine:
    mine.note(lock.Running(__import__("os").getpid(), "http://127.0.0.1:8089"))
    print("held", flush=True)
    signal.pause()
"""


@pytest.fixture
def holder(home, root):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.lock)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_one_is_told_where_the_first_one_is(home, holder):
    with (
        pytest.raises(lock.AlreadyRunning, match=rf"http://127.0.0.1:8089 \(process {holder.pid}"),
        lock.held(home.lock),
    ):
        pass


def test_a_killed_holder_blocks_nobody(home, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert lock.holder(home.lock) is None
    with lock.held(home.lock):
        assert lock.noted(home.lock) == lock.Running(os.getpid())


def test_who_holds_it_can_be_asked(home, holder):
    assert lock.holder(home.lock) == lock.Running(holder.pid, "http://127.0.0.1:8089")


def test_nobody_holds_what_was_never_taken_or_was_given_back(home):
    assert lock.holder(home.lock) is None
    with lock.held(home.lock):
        pass
    assert lock.holder(home.lock) is None
    assert lock.noted(home.lock) is None


def test_one_that_is_still_starting_says_so(home):
    with (
        lock.held(home.lock),
        pytest.raises(lock.AlreadyRunning, match="still starting"),
        lock.held(home.lock),
    ):
        pass
