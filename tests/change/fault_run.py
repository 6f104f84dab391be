"""Runs cases in real processes on a PostgreSQL of their own, again and again until nothing is open."""

import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from include.change import signoff
from include.change.apply import apply_plan
from include.core.errors import WatchkeeperError
from include.ledger import Ledger, views
from tests.change.fault_cases import Case
from tests.change.fault_judge import Judge, Plans, Told
from tests.change.fault_world import OUTSIDE, RecordedWorld, Steps
from tests.change.world import NOW, answer, plan, running

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.change.fault_run"])

AGAIN, DONE = 75, 0
"""Exit codes."""
ROUNDS = 40


@dataclass(frozen=True)
class Job:
    """What one process does: plan a sweep (`digest` None) or apply a plan."""

    url: str
    folder: Path
    policies: str
    case: Case
    sweep: int
    digest: str | None
    worker: str
    at: dict[int, str]


def work(job: Job, parent: Connection) -> None:
    """One process; ends with DONE, or AGAIN when it is to be run again."""
    os.environ["WATCHKEEPER_POLICIES"] = job.policies
    world, ledger = RecordedWorld(job.folder), Ledger(job.url)
    world.planned_faults = job.case.faults if job.digest else []  # AWS's are for apply

    def tell(what: str) -> None:
        parent.send(what)
        parent.recv()

    world.steps = Steps(job.at, world.fired, tell)
    world.steps.watch(ledger)
    try:
        if job.digest is None:
            made = plan(ledger, world, job.case.sweeps[job.sweep], run_id=run_id(job.case, job.sweep))
            assert not made.left_out, made.left_out
        else:
            apply_plan(
                ledger,
                job.digest,
                world.clients,
                worker=job.worker,
                now=lambda: NOW,
                pause=lambda seconds: None,
                action=world.action,
            )
    except WatchkeeperError:
        parent.close()
        os._exit(AGAIN)


def run_id(case: Case, sweep: int) -> str:
    return f"{case.name}-{sweep}"


class Faults:
    """Runs cases on one PostgreSQL of their own. `server` does what OUTSIDE names, but killing."""

    def __init__(self, server: Any, url: str, policies: str, folder: Path) -> None:
        self.server, self.url, self.policies, self.folder = server, url, policies, folder
        self.ledger = Ledger(url)
        self.last: tuple[RecordedWorld, Plans] | None = None

    def run(self, case: Case) -> Told:
        """Plan, sign off, apply until nothing is open; judge."""
        folder = self.folder / case.name
        folder.mkdir()
        world = RecordedWorld(folder)
        for resource_id, made in running(*case.resources).items():
            world.resources[resource_id] = made
        digests = self._planned(case, folder)
        stored = {digest: views.plan(self.ledger, digest).plan.changes for digest in digests}
        for digest in digests:
            signoff.record(self.ledger, digest, answer(), now=NOW)
        jobs = [
            (sweep, digest, worker) for sweep, digest in enumerate(digests) for worker in range(case.workers)
        ]
        for number in range(1, ROUNDS):
            ended = self._side_by_side([
                Job(self.url, folder, self.policies, case, sweep, digest, f"w{number}-{worker}", at)
                for process, (sweep, digest, worker) in enumerate(jobs)
                for at in [case.outside.get((number, process), {})]
            ])
            jobs = [job for job, code in zip(jobs, ended, strict=True) if code != DONE]
            if not jobs:
                break
        self.last = world, stored
        return self.judged(case, *self.last)

    def judged(self, case: Case, world: RecordedWorld, plans: Plans) -> Told:
        return Judge(case, world, self.ledger, plans).told()

    def _planned(self, case: Case, folder: Path) -> list[str]:
        """The digest of each sweep's plan; a planning that was struck is run again."""
        sweeps = list(range(len(case.sweeps)))
        for number in range(ROUNDS):
            ended = self._side_by_side([
                Job(self.url, folder, self.policies, case, sweep, None, "", at)
                for sweep in sweeps
                for at in [case.outside.get((0, sweep), {}) if number == 0 else {}]
            ])
            sweeps = [sweep for sweep, code in zip(sweeps, ended, strict=True) if code != DONE]
            if not sweeps:
                break
        found = []
        for sweep in range(len(case.sweeps)):
            made = views.plans_of_run(self.ledger, "cost_sweep", run_id(case, sweep))
            assert len(made) == 1, f"{case.name}: one sweep, {len(made)} plans"
            found.append(made[0].row.digest)
        return found

    def _side_by_side(self, jobs: list[Job]) -> list[int]:
        """Their exit codes; what they tell of is done while they wait."""
        pipes, processes = [], []
        for job in jobs:
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(job, theirs))
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        waiting = list(pipes)
        while waiting:
            for ready in wait(waiting, timeout=120) or [None]:
                assert ready is not None, f"{jobs[0].case.name}: hangs"
                if not self._heard(ready):
                    waiting.remove(ready)
        for process in processes:
            process.join(60)
        codes = [process.exitcode for process in processes]
        assert set(codes) <= {DONE, AGAIN, -9}, f"{jobs[0].case.name}: {codes}"
        return codes

    def _heard(self, pipe: Any) -> bool:
        """Whether the process at the other end still lives."""
        try:
            said = pipe.recv()
        except (EOFError, ConnectionResetError):
            pipe.close()
            return False
        assert said in OUTSIDE
        getattr(self.server, said)()
        pipe.send("done")
        return True
