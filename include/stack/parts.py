"""The processes a stack runs: which commands, with which logs, and how long each may take to end."""

import os
import sys
from collections.abc import Mapping, Sequence

from include.ledger.migrate import OWNER
from include.stack.environment import Settings, environment
from include.stack.service import Service

COMPONENTS: Mapping[str, Sequence[str]] = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
"""Airflow's processes. All are on one machine, so the api-server reads task logs from the folder."""
PATIENCE = {"scheduler": 20.0, "triggerer": 5.0}
"""Seconds to end; 10 for the others. The scheduler lets running tasks finish: a change being applied is worth
the wait, and one cut off is reconciled by its retry. The triggerer's triggers only wait, and hold nothing."""


def simulation(settings: Settings, arguments: Sequence[str]) -> Service:
    """The simulated AWS, on the port of `settings.aws_endpoint`."""
    port = str(settings.aws_endpoint).rsplit(":", 1)[1]
    return _python(settings, "simulated-aws", ["include.simulation.server", "--port", port, *arguments])


def history(settings: Settings) -> Service:
    """A command that ends: fills the lake with what earlier runs would have collected."""
    endpoint = str(settings.aws_endpoint)
    return _python(settings, "history", ["include.simulation.history", "--endpoint", endpoint])


def migrations(settings: Settings, *, airflow: bool) -> list[Service]:
    """Commands that end: the ledger's migrations, and Airflow's where they are needed."""
    owner = {OWNER: settings.ledger_owner}
    ledger = _python(settings, "migrate-ledger", ["include.ledger.migrate"], owner)
    metadata = _python(settings, "migrate-airflow", ["airflow", "db", "migrate"])
    return [ledger, metadata] if airflow else [ledger]


def airflow(settings: Settings) -> list[Service]:
    """Airflow's processes, the api-server first: it outlives the others, who report to it."""
    return [_python(settings, name, ["airflow", *command]) for name, command in COMPONENTS.items()]


def _python(
    settings: Settings, name: str, module: Sequence[str], more: Mapping[str, str] | None = None
) -> Service:
    return Service(
        name,
        [sys.executable, "-m", *module],
        env={**environment(settings, os.environ), **(more or {})},
        folder=settings.home.airflow,
        log=settings.home.logs / f"{name}.log",
        patience=PATIENCE.get(name, 10.0),
    )
