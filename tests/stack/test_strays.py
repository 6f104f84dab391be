"""What a killed run left behind is found by its mark, and nothing else is touched."""

import subprocess
import sys

from include.stack import strays
from include.stack.health import wait
from include.stack.home import Home

SLEEP = [sys.executable, "-S", "-c", "import signal; signal.pause()"]


def start(mark):
    return subprocess.Popen(SLEEP, env={"WATCHKEEPER_STACK": str(mark)}, start_new_session=True)


def test_the_marked_are_ended_and_others_left_alone(home, tmp_path):
    mine, other = start(home.folder), start(tmp_path / "other")
    try:
        wait(lambda: [] if mine.pid in strays.marked(home) else ["environment"], [], seconds=10)
        assert strays.marked(home) == [mine.pid]
        assert strays.end(home, patience=5) == 1
        assert mine.wait(10) != 0
        assert other.poll() is None
    finally:
        for process in (mine, other):
            process.kill()
            process.wait()


def test_one_home_is_not_mistaken_for_another_that_begins_alike(home, tmp_path):
    longer = start(f"{home.folder}-2")
    try:
        assert strays.marked(home) == []
    finally:
        longer.kill()
        longer.wait()


def test_a_process_that_ends_while_we_look_is_no_error(home, tmp_path):
    proc = tmp_path / "proc"
    (proc / "4242").mkdir(parents=True)
    (proc / "self").mkdir()
    assert strays.marked(home, proc) == []


def test_without_proc_nothing_is_found(home, tmp_path):
    assert strays.marked(Home(tmp_path), tmp_path / "missing") == []
