"""One stack per home. The kernel drops the lock with its holder, so a killed run never leaves it behind."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from include.stack.errors import StackError


@dataclass(frozen=True)
class Running:
    """Who holds the lock. `url` is empty until it is up."""

    pid: int
    url: str = ""


class AlreadyRunning(StackError):
    """Another stack holds this home."""

    def __init__(self, running: Running, file: Path) -> None:
        self.running = running
        where = f"at {running.url}" if running.url else "and is still starting"
        super().__init__(
            f"already running {where} (process {running.pid}, home {file.parent}). Use that one, or stop it "
            "first: Ctrl-C where it runs, or `make down` if `make up` started it."
        )


class Lock:
    """Held while the stack runs; `note` tells others where it is."""

    def __init__(self, file: Path, descriptor: int) -> None:
        self._file = file
        self._descriptor = descriptor

    def note(self, running: Running) -> None:
        """Write down who runs and where."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(asdict(running)).encode(), 0)


@contextmanager
def held(file: Path) -> Iterator[Lock]:
    """Hold the lock for the block. AlreadyRunning at once, never a wait, when another process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _try(descriptor):
            raise AlreadyRunning(_read(file) or Running(0), file)
        lock = Lock(file, descriptor)
        lock.note(Running(os.getpid()))
        yield lock
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(file: Path) -> Running | None:
    """Who holds the lock now; None when nobody does, whatever the file says."""
    if not file.exists():
        return None
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        return None if _try(descriptor) else (_read(file) or Running(0))
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def noted(file: Path) -> Running | None:
    """What the file says, true only while the lock is held; it never gets in the way of who takes it."""
    return _read(file) if file.exists() else None


def _read(file: Path) -> Running | None:
    text = file.read_text()
    return Running(**json.loads(text)) if text else None
