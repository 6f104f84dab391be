"""The whole of Watchkeeper on one machine: PostgreSQL, the simulated AWS (demo), Airflow's four processes.

    with Stack(mode="demo") as stack:
        stack.api("ann").trigger("collect_estate")

Everything it starts, it stops, in order, and nothing else; a run that was killed is tidied up by the next.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Literal

from include.lake import Lake
from include.ledger import Ledger
from include.ledger.rights import APPLICATION
from include.policies.change import change_policy
from include.stack import credentials, databases, health, lock, parts, ports, strays
from include.stack.airflow_api import AirflowApi
from include.stack.environment import Settings, environment, url
from include.stack.home import ROOT, Home, base_folder
from include.stack.ports import HOST
from include.stack.postgres import AIRFLOW, LEDGER, Postgres
from include.stack.service import Service, stop_together

Mode = Literal["demo", "live"]
PORT, SIMULATION_PORT = 8080, 5555
START_SECONDS = 300.0


class Stack:
    """One running Watchkeeper. Use as a context manager, or `start` and `stop`."""

    def __init__(
        self,
        *,
        mode: Mode = "demo",
        home: Path | None = None,
        port: int | None = None,
        root: Path = ROOT,
        simulation: Sequence[str] = (),
        policies: Path | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        """`port` None: 8080 or the next free one; otherwise exactly that one. `simulation`: further
        arguments of `include.simulation.server`. `policies`: the folder every process of it reads policy
        from; None: the project's."""
        self.mode: Mode = mode
        self.home = Home(home or base_folder() / mode)
        self.root = root
        self._asked_port = port
        self._simulation = list(simulation)
        self._policies = policies
        self._say = say
        self._ends = ExitStack()
        self._ports = ports.Reservations()
        self._settings: Settings | None = None
        self._services: list[Service] = []
        self._postgres = Postgres(self.home.postgres)
        self.passwords: dict[str, str] = {}

    def start(self) -> "Stack":
        """Up and healthy when it returns. AlreadyRunning, or StackError with the reason and nothing left."""
        began = time.monotonic()
        try:
            held = self._ends.enter_context(lock.held(self.home.lock))
            self._prepare()
            self._start_postgres()
            self._start_simulation()
            self._migrate()
            self._start_airflow()
            held.note(lock.Running(os.getpid(), self.url))
        except BaseException:
            self.stop()
            raise
        self._say(f"up after {time.monotonic() - began:.1f} s")
        return self

    def stop(self) -> None:
        """End everything this stack started, the last started first. Safe to call again."""
        self._ends.close()
        self._services.clear()

    def check(self) -> None:
        """StackError with its last words if a part has died."""
        for service in self._services:
            service.check()

    def kill_and_restart(self, *names: str) -> None:
        """Kill these of its processes, all at once, and start them again; returns when all is healthy."""
        struck = [service for service in self._services if service.name in names]
        for service in struck:
            service.kill()
        for service in struck:
            service.start()
        health.wait(lambda: health.airflow_ready(self.url), self._services, seconds=START_SECONDS)

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            raise RuntimeError("the stack is not started")
        return self._settings

    @property
    def url(self) -> str:
        """Airflow's address."""
        return url(self.settings)

    @property
    def ledger(self) -> Ledger:
        """The stack's own ledger."""
        return Ledger(self.settings.ledger)

    @property
    def lake(self) -> Lake:
        """The stack's own lake."""
        return Lake(self.home.lake)

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the stack has in its environment."""
        return environment(self.settings, os.environ)

    def api(self, user: str) -> AirflowApi:
        """Airflow's REST API, signed in as `user`."""
        return AirflowApi(self.url, user, self.passwords[user])

    def token(self, user: str) -> str:
        """A bearer token for `user`."""
        with self.api(user) as api:
            return api.token

    def __enter__(self) -> "Stack":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _prepare(self) -> None:
        self._ends.callback(self._ports.release)
        if left := strays.end(self.home):
            self._say(f"ended {left} processes that an earlier, killed run left behind")
        self._ends.callback(strays.end, self.home)
        if self.mode == "demo":
            self.home.forget()
        self.home.make()

    def _start_postgres(self) -> None:
        began = time.monotonic()
        self._ends.callback(self._postgres.stop)
        self._postgres.start()
        users = self._users()
        self.passwords = credentials.passwords(self.home.passwords, users)
        port = self._port()
        endpoint = None
        if self.mode == "demo":
            aws_port = ports.choose(SIMULATION_PORT, taken=frozenset({port}), free=self._ports.take)
            endpoint = f"http://{HOST}:{aws_port}"
        self._settings = Settings(
            root=self.root,
            home=self.home,
            port=port,
            users=users,
            keys=credentials.keys(self.home.keys),
            airflow_database=self._postgres.url(AIRFLOW),
            ledger=self._postgres.url(LEDGER, APPLICATION),
            ledger_owner=self._postgres.url(LEDGER),
            aws_endpoint=endpoint,
            policies=self._policies,
        )
        self._took("PostgreSQL", began)

    def _start_simulation(self) -> None:
        if self.settings.aws_endpoint is None:
            return
        simulation = parts.simulation(self.settings, self._simulation)
        self._ends.callback(simulation.stop)
        self._services.append(simulation)
        simulation.start()

    def _migrate(self) -> None:
        began = time.monotonic()
        demo = self.mode == "demo"
        needed = databases.fresh(self._postgres) if demo else databases.kept(self._postgres, self.home)
        running = parts.migrations(self.settings, airflow=needed)
        for service in running:
            self._ends.callback(service.stop)
            service.start()
        health.wait(partial(_unfinished, running), self._services, seconds=START_SECONDS)
        if needed:
            databases.keep_template(self._postgres) if demo else databases.note_migrated(self.home)
        self._took("migrations", began)

    def _start_airflow(self) -> None:
        began = time.monotonic()
        components = parts.airflow(self.settings)
        api_server, *others = components
        self._ends.callback(api_server.stop)
        self._ends.callback(stop_together, others)
        self._services += components
        for component in components:
            component.start()
        history = self._start_history(began)
        health.wait(
            lambda: [*health.airflow_ready(self.url), *_unfinished(history)],
            self._services,
            seconds=START_SECONDS,
        )
        self._took("Airflow", began)

    def _start_history(self, began: float) -> list[Service]:
        """Once the simulation is seeded: the earlier snapshots that weeks of watching would have left."""
        endpoint = self.settings.aws_endpoint
        if endpoint is None:
            return []
        health.wait(partial(health.simulation_ready, endpoint), self._services, seconds=START_SECONDS)
        self._took("simulated AWS", began)
        history = parts.history(self.settings)
        self._ends.callback(history.stop)
        history.start()
        return [history]

    def _port(self) -> int:
        if self._asked_port is not None:
            return ports.exactly(self._asked_port, free=self._ports.take)
        port = ports.choose(PORT, free=self._ports.take)
        if port != PORT:
            self._say(f"port {PORT} is busy: taking {port}")
        return port

    def _users(self) -> dict[str, str]:
        """Policy's approvers may answer; `vic` may look (demo); `admin` administers and may not sign off."""
        policy, _ = change_policy(self._policies)
        users = dict.fromkeys(policy.approver_names(), "op")
        return {**users, **({"vic": "viewer"} if self.mode == "demo" else {}), "admin": "admin"}

    def _took(self, what: str, began: float) -> None:
        self._say(f"  {what:<14} {time.monotonic() - began:5.1f} s")


def _unfinished(services: Sequence[Service]) -> list[str]:
    return [service.name for service in services if not service.finished()]
