"""`make up` and `make down`: the same Airflow on a real AWS account, in the background."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from include.policies.targets import targets
from include.stack import credentials, lock, strays, tables
from include.stack.errors import StackError
from include.stack.home import ROOT, Home, base_folder
from include.stack.postgres import Postgres
from include.stack.stack import START_SECONDS, Stack

SIMULATED = {"111111111111", "222222222222"}
"""Account ids that only the simulation has."""


def live_home() -> Home:
    return Home(base_folder() / "live")


def up(port: int | None) -> None:
    """Start it in the background and return when it is up. StackError with the reason, and nothing left."""
    refuse_simulated_targets()
    home = live_home()
    if running := lock.holder(home.lock):
        raise lock.AlreadyRunning(running, home.lock)
    home.make()
    log = home.logs / "stack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "include.stack", "serve", *([f"--port={port}"] if port else [])],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait(process, home, log)
    print(log.read_text(errors="replace"))
    print(tables.pairs(credentials.read(home.passwords).items()))
    print("\nstop it with: make down")


def down() -> None:
    """Stop exactly what `up` started, also when its keeper was killed."""
    home = live_home()
    running = lock.holder(home.lock)
    if running is None:
        print(_tidy(home))
        return
    if running.pid <= 0:
        raise StackError(f"{home.lock} is held, but not yet signed: something is just starting. Try again.")
    os.kill(running.pid, signal.SIGTERM)
    _wait_for_end(home)
    print("stopped")


def serve(stack: Stack) -> None:
    """What runs in the background: the stack, until somebody ends it or a part dies."""
    with stack:
        print(told(stack), flush=True)
        keep(stack)


def keep(stack: Stack) -> None:
    """Watch until a signal ends it; StackError when a part dies."""
    while True:
        stack.check()
        time.sleep(1)


def told(stack: Stack) -> str:
    """Where it is and who may log in. It goes to a log, so no password is in it."""
    names = ", ".join(f"{name} ({role})" for name, role in stack.settings.users.items())
    return f"Airflow: {stack.url}\nusers:   {names}"


def refuse_simulated_targets() -> None:
    """A real account was meant, but targets.yaml still lists the demo's."""
    if invented := sorted({target.account_id for target in targets()} & SIMULATED):
        raise StackError(
            f"targets.yaml lists {', '.join(invented)}, which exist only in the demo. Copy "
            "include/policies/*.yaml to a folder of your own, name your accounts, regions and roles there, "
            "and set WATCHKEEPER_POLICIES to it: docs/connect-aws.md"
        )


def _wait(process: "subprocess.Popen[bytes]", home: Home, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StackError(f"did not start ({log}):\n{log.read_text(errors='replace')[-3000:]}")
        noted = lock.noted(home.lock)
        if noted and noted.pid == process.pid and noted.url:
            return
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    raise StackError(f"not up after {START_SECONDS:.0f} s: {log}")


def _tidy(home: Home) -> str:
    """After a keeper that was killed: end what it had started."""
    if not home.folder.exists():
        return "was not running"
    with lock.held(home.lock):
        left = strays.end(home)
        postgres = Postgres(home.postgres).stop_left_behind()
    return (
        f"was not running; ended what was left behind ({left + postgres})"
        if left or postgres
        else "was not running"
    )


def _wait_for_end(home: Home, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while lock.holder(home.lock) is not None:
        if time.monotonic() > deadline:
            raise StackError(f"still stopping after {seconds:.0f} s: {home.logs / 'stack.log'}")
        time.sleep(0.2)
