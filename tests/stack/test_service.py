"""Processes are watched, and ended in good order."""

import os
import time
from pathlib import Path

import pytest

from include.stack.errors import StackError
from include.stack.health import wait
from include.stack.service import stop_together

OBEDIENT = "import signal; signal.signal(signal.SIGTERM, lambda *_: exit(0)); print('ready'); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready')\nwhile True: signal.pause()"
)
PARENT = (
    "import signal, subprocess, sys; child = subprocess.Popen([sys.executable, '-S', '-c', '''"
    + STUBBORN
    + "''']);"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('child', child.pid); print('ready')\n"
    "while True: signal.pause()"
)


def until_ready(service, word="ready"):
    wait(lambda: [] if word in service.tail() else [service.name], [service], seconds=30)


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_part_that_dies_is_named_with_its_last_words_and_its_log(service):
    part = service("print('cannot open the door'); raise SystemExit(3)", name="scheduler")
    part.start()
    with pytest.raises(
        StackError, match=r"(?s)scheduler ended by itself \(exit code 3\).*cannot open the door"
    ):
        wait(lambda: ["anything"], [part], seconds=30)


def test_a_part_that_was_killed_says_by_what(service):
    part = service("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    part.start()
    with pytest.raises(StackError, match="killed by SIGKILL"):
        wait(lambda: ["anything"], [part], seconds=30)


def test_waiting_in_vain_ends_with_who_was_not_ready(service):
    part = service(OBEDIENT)
    part.start()
    ticks = iter(range(1000))
    with pytest.raises(StackError, match="not ready after 5 s: triggerer"):
        wait(lambda: ["triggerer"], [part], seconds=5, clock=lambda: next(ticks), pause=lambda _: None)


def test_a_command_that_is_meant_to_end_is_finished_only_when_it_succeeded(service):
    good, bad = service("pass", name="good"), service("raise SystemExit(1)", name="bad")
    for part in (good, bad):
        part.start()
    wait(lambda: [] if good.finished() else ["good"], [], seconds=30)
    with pytest.raises(StackError, match="bad ended by itself"):
        wait(lambda: [] if bad.finished() else ["bad"], [], seconds=30)


def test_it_leads_a_group_of_its_own(service):
    part = service(OBEDIENT)
    part.start()
    assert os.getpgid(part.pid) == part.pid != os.getpgid(0)


def test_stopping_asks_first(service):
    part = service(OBEDIENT)
    part.start()
    until_ready(part)
    pid = part.pid
    part.stop()
    assert not exists(pid)


def test_what_does_not_listen_is_killed_with_its_whole_group(service):
    part = service(PARENT, patience=0.2)
    part.start()
    until_ready(part)
    child = next(int(line.split()[1]) for line in part.tail().splitlines() if "child" in line)
    part.stop()
    wait(lambda: ["child"] if _runs(child) else [], [], seconds=10)


def test_what_is_killed_is_not_asked_and_takes_its_group_along(service):
    part = service(PARENT)
    part.start()
    until_ready(part)
    child = next(int(line.split()[1]) for line in part.tail().splitlines() if "child" in line)
    part.kill()
    assert part.pid is None
    wait(lambda: ["child"] if _runs(child) else [], [], seconds=10)
    part.kill()


def test_several_are_asked_at_once_and_the_slowest_decides(service):
    parts = [service(STUBBORN, name=f"part-{n}", patience=1.0) for n in range(3)]
    for part in parts:
        part.start()
    for part in parts:
        until_ready(part)
    began = time.monotonic()
    stop_together(parts)
    assert time.monotonic() - began < 2.5
    assert all(part.pid is None for part in parts)


def test_stopping_what_never_started_or_has_ended_is_nothing(service):
    part = service("pass")
    part.stop()
    part.start()
    wait(lambda: [] if part.finished() else ["part"], [], seconds=30)
    part.stop()
    part.stop()


def _runs(pid):
    """A killed orphan stays a zombie until somebody reaps it: that counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
