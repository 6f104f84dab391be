"""Real processes: killed with SIGKILL, and racing each other for one plan."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from include.change import signoff
from include.change.apply import apply_plan
from include.core.errors import WatchkeeperError
from include.ledger import Ledger, views
from include.ledger.rights import APPLICATION
from tests.change.world import NOW, World, answer, finding, plan, running

spawn = multiprocessing.get_context("spawn")
IDS = ("i-1", "i-2", "i-3", "i-4")


class SharedWorld(World):
    """A world that all processes see: its resources and effects are rows of a table."""

    def __init__(self, url):
        super().__init__()
        self.url = url
        self.resources = Rows(url)

    def effect(self, resource_id, **fields):
        self.resources.change(resource_id, **fields)


class Rows:
    def __init__(self, url):
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)

    def run(self, statement, **values):
        with self.engine.connect() as connection:
            found = connection.execute(text(statement), values)
            return found.all() if found.returns_rows else []

    def create(self):
        self.run("CREATE TABLE world (id text PRIMARY KEY, state text, size text, effects int DEFAULT 0)")
        for resource_id, fields in running(*IDS).items():
            self.run(
                "INSERT INTO world (id, state, size) VALUES (:id, :state, :size)", id=resource_id, **fields
            )

    def get(self, resource_id):
        found = self.run("SELECT state, size FROM world WHERE id = :id", id=resource_id)
        return {"state": found[0].state, "size": found[0].size} if found else None

    __getitem__ = get

    def change(self, resource_id, state):
        self.run("UPDATE world SET state = :s, effects = effects + 1 WHERE id = :id", id=resource_id, s=state)

    def effects(self):
        return {row.id: row.effects for row in self.run("SELECT id, effects FROM world")}


def worker(url, digest, name, kill_at, started):
    """One worker process; `kill_at` (moment, resource id): it is killed there."""
    world = SharedWorld(url)
    if kill_at:
        world.hooks[kill_at] = lambda: os.kill(os.getpid(), signal.SIGKILL)
    started.wait()
    for _ in range(50):
        try:
            apply_plan(
                Ledger(url),
                digest,
                world.clients,
                worker=name,
                now=lambda: NOW + timedelta(minutes=1),
                pause=lambda seconds: None,
                action=world.action,
            )
        except WatchkeeperError as error:
            if "another worker" not in str(error):
                raise
            started.wait(0.1)
            continue
        break
    world.resources.engine.dispose()


@pytest.fixture
def shared(postgres_url, owner_url, policy):
    owned = Rows(owner_url)
    owned.create()
    owned.run(f"GRANT SELECT, UPDATE ON world TO {APPLICATION}")
    owned.engine.dispose()
    world = SharedWorld(postgres_url)
    yield world
    world.resources.engine.dispose()


@pytest.fixture
def digest(ledger, shared):
    (made,) = plan(ledger, shared, [finding(i) for i in IDS]).plans
    signoff.record(ledger, made.digest, answer(), now=NOW)
    return made.digest


def start(url, digest, name, kill_at=None):
    begin = spawn.Event()
    process = spawn.Process(target=worker, args=(url, digest, name, kill_at, begin))
    process.start()
    return process, begin


@pytest.mark.parametrize("moment", ["read", "before", "after"])
def test_a_worker_killed_by_the_system_loses_and_doubles_nothing(ledger, shared, digest, moment):
    process, begin = start(ledger.url, digest, "killed", (moment, "i-3"))
    begin.set()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    process, begin = start(ledger.url, digest, "second")
    begin.set()
    process.join(60)
    assert process.exitcode == 0
    assert shared.resources.effects() == dict.fromkeys(IDS, 1)
    view = views.plan(ledger, digest)
    assert (view.state, view.row.executions) == ("applied", {"applied": 4})
    assert views.verify_journal(ledger).ok


def test_workers_racing_for_one_plan_apply_each_change_once(ledger, shared, digest):
    workers = [start(ledger.url, digest, f"w{n}") for n in range(3)]
    for _, begin in workers:
        begin.set()
    for process, _ in workers:
        process.join(120)
    assert [process.exitcode for process, _ in workers] == [0, 0, 0]
    assert shared.resources.effects() == dict.fromkeys(IDS, 1)
    assert views.plan(ledger, digest).row.executions == {"applied": 4}
    assert views.verify_journal(ledger).ok
