"""A world outside every process and the ledger: what happens in it is a line in a file, whoever dies.

An effect is one appended line, so the file is the record that judges: it knows nothing of claims or states.
"""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event

from include.ledger import Ledger
from tests.change.world import World, denied, server_error, timed_out

FAULTS = {
    "denied": denied,
    "throttled": lambda: denied("Throttling"),
    "5xx": server_error,
    "no answer": timed_out,
}
OUTSIDE = ("kill", "cut", "restart", "crash")
"""What befalls a process or its ledger: SIGKILL, connections lost, PostgreSQL restarted, or crashed."""


class Lines:
    """JSON lines, each written at once: a process killed between two leaves whole ones only."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.touch()

    def add(self, *values: Any) -> None:
        with self.file.open("ab", buffering=0) as out:
            out.write(json.dumps(values).encode() + b"\n")

    def __iter__(self) -> Iterator[list[Any]]:
        return map(json.loads, self.file.read_bytes().splitlines())


class Resources:
    """What `World.resources` is, by replaying the record."""

    def __init__(self, record: Lines) -> None:
        self.record = record

    def all(self) -> dict[str, Any]:
        return dict(self.record)

    def __getitem__(self, resource_id: str) -> Any:
        return self.all()[resource_id]

    def get(self, resource_id: str) -> Any:
        return self.all().get(resource_id)

    def __contains__(self, resource_id: str) -> bool:
        return resource_id in self.all()

    def __setitem__(self, resource_id: str, value: Any) -> None:
        self.record.add(resource_id, value)


class Steps:
    """Counts the steps of one process: every statement before and after, every commit, every word with AWS.
    At a step of `at` something befalls it; `tell` asks the parent to do it and waits until it is done."""

    def __init__(self, at: dict[int, str], fired: Lines, tell: Callable[[str], None]) -> None:
        self.at, self.fired, self.tell = at, fired, tell
        self.count = 0
        self._lock = threading.Lock()

    def watch(self, ledger: Ledger) -> None:
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(ledger._engine, moment, self.passed)

    def passed(self, *_: Any) -> None:
        with self._lock:
            self.count += 1
            what = self.at.get(self.count)
            if what is None:
                return
            self.fired.add(what, None, None)
            if what == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            self.tell(what)


class RecordedWorld(World):
    """The actions of `World` on recorded resources; `faults` are (moment, resource id, name of FAULTS)."""

    def __init__(self, folder: Path, faults: list[tuple[str, str, str]] | None = None) -> None:
        super().__init__()
        self.record, self.fired = Lines(folder / "effects"), Lines(folder / "fired")
        self.resources = Resources(self.record)
        self.planned_faults = faults or []
        self.steps: Steps | None = None

    def visit(self, moment: str, resource_id: str) -> None:
        if self.steps:
            self.steps.passed()
        waiting = [kind for *place, kind in self.planned_faults if place == [moment, resource_id]]
        with self.lock:
            met = sum(1 for _, *place in self.fired if place == [moment, resource_id])
            if met >= len(waiting):
                return
            self.fired.add(waiting[met], moment, resource_id)
        raise FAULTS[waiting[met]]()

    def effects_of(self, resource_id: str) -> int:
        """How often something happened to it since it was made."""
        return Counter(name for name, _ in self.record)[resource_id] - 1

    def remove(self, resource_id: str) -> None:
        self.resources[resource_id] = None
