"""What an earlier run left behind when it was killed: found by a mark in its environment, ended, no other.

Every process of a stack carries `WATCHKEEPER_STACK=<its home>`. Airflow gives each task a process group of
its own, so a group alone does not hold them all; the mark is inherited by everything that is started.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from include.stack.home import Home

MARK = "WATCHKEEPER_STACK"
PROC = Path("/proc")


def marked(home: Home, proc: Path = PROC) -> list[int]:
    """Process ids that carry this home's mark, without this process; none where there is no /proc."""
    wanted = f"{MARK}={home.folder}".encode()
    return [
        int(entry.name)
        for entry in (proc.iterdir() if proc.is_dir() else ())
        if entry.name.isdigit() and int(entry.name) != os.getpid() and wanted in _environ(entry)
    ]


def end(home: Home, patience: float = 10.0) -> int:
    """End every marked process: asked first, killed after `patience` seconds. Returns how many there were."""
    found = marked(home)
    _signal(found, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while (left := marked(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal(left, signal.SIGKILL)
    return len(found)


def _environ(entry: Path) -> list[bytes]:
    """Its environment; empty when it has ended meanwhile, is a zombie, or belongs to somebody else."""
    try:
        return (entry / "environ").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


def _signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
