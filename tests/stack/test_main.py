"""The command line: exit codes, and one way to end."""

import os
import signal
import subprocess
import sys

import pytest

from include.stack import lock
from include.stack.__main__ import main
from include.stack.home import Home

ENDS = """
import signal, time
from include.stack.__main__ import end_on_signals
end_on_signals()
try:
    print("ready", flush=True)
    signal.pause()
except KeyboardInterrupt:
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)
    print("stopped in order", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_end_it_is_orderly_and_cannot_be_interrupted(root, number):
    process = subprocess.Popen([sys.executable, "-c", ENDS], cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    out, _ = process.communicate(timeout=200)
    assert out.splitlines()[-1] == "stopped in order"
    assert process.returncode == 0


def test_a_second_demo_exits_at_once_and_names_the_first(root, tmp_path):
    with lock.held(Home(tmp_path / "demo").lock) as mine:
        mine.note(lock.Running(os.getpid(), "http://127.0.0.1:8080"))
        second = subprocess.run(
            [sys.executable, "-m", "include.stack", "demo", "--once"],
            cwd=root,
            env=os.environ | {"WATCHKEEPER_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert second.returncode == 1
    assert "already running at http://127.0.0.1:8080" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["demo", "--port", "eighty"]])
def test_wrong_usage_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
