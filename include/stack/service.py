"""One process the stack runs: its own group, its own log, watched, and ended in good order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from include.stack.errors import StackError

LAST_LINES = 25


class Service:
    """A command and its log. `start`, then `check` while waiting for others, then `stop`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        folder: Path,
        log: Path,
        patience: float = 10.0,
    ) -> None:
        """`patience`: seconds it gets to end by itself when it is stopped."""
        self.name = name
        self.patience = patience
        self.command = list(command)
        self.log = log
        self._env = dict(env)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it in a session of its own: a Ctrl-C in the terminal reaches the stack alone, which then ends
        its parts in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self._folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None: not started, or still running."""
        return self._process.poll() if self._process else None

    def check(self) -> None:
        """StackError with its last words if it has ended on its own."""
        if (code := self.exit_code) is not None:
            raise StackError(
                f"{self.name} ended by itself ({_meaning(code)}). Its last lines ({self.log}):\n{self.tail()}"
            )

    def finished(self) -> bool:
        """For a command that is meant to end: whether it has; StackError if it failed."""
        if self.exit_code == 0:
            return True
        self.check()
        return False

    def tail(self, lines: int = LAST_LINES) -> str:
        """The log's last lines, indented."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:]) or "    (its log is empty)"

    def ask_to_end(self) -> None:
        """SIGTERM to the process itself, which knows how to end its own children."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """End it: asked first, then its whole group killed. Nothing if it has ended already."""
        stop_together([self])

    def kill(self) -> None:
        """End it and its group without a word, as the kernel does when memory runs out."""
        if self._process:
            _kill_group(self._process.pid)
            self._process.wait()
            self._process = None

    def wait_for_end(self, patience: float) -> None:
        """After `ask_to_end`; asking twice makes Airflow's scheduler drop its tasks in disorder."""
        if self._process is None:
            return
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            _kill_group(self._process.pid)
            self._process.wait()
        self._process = None


def stop_together(services: Sequence[Service]) -> None:
    """Ask all to end at once, then wait for each: the slowest decides, not the sum."""
    began = time.monotonic()
    for service in services:
        service.ask_to_end()
    for service in services:
        service.wait_for_end(max(0.0, began + service.patience - time.monotonic()))


def _kill_group(pid: int) -> None:
    """The process leads its group (`start_new_session`), so its id is the group's."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _meaning(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
