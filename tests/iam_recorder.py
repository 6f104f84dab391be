"""Fails a run in which Watchkeeper's code called AWS without having declared it.

When the whole suite ran and passed, it also fails for a declaration that no test exercised. Declarations are
what `docs/iam` is generated from (include/stack/iam.py), so a role is granted what is used and no more.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import api_calls
from tests.api_calls import ROOT, Made

WRITE = "then run: python -m include.stack.iam docs/iam"
NARROWING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly")
SAID = pytest.StashKey[list[str]]()


class Declared(NamedTuple):
    """What one collector, action or module may call."""

    reading: frozenset[str]
    everything: frozenset[str]
    how: str
    """Where the declaration is."""


def declarations() -> dict[str, Declared]:
    """Everything declared, by who declares it (`Made.by`)."""
    from include.aws import act
    from include.aws.collect._collector import collectors
    from include.lake import _storage
    from include.stack import iam

    found = {}
    for name, one in collectors().items():
        how = f"`permissions` of the collector of {name}"
        found[f"collector {name}"] = Declared(*[frozenset(one.permissions)] * 2, how)
    for id in act.ids():
        doing = act.action(id)
        reading = frozenset(doing.READ_PERMISSIONS)
        how = f"READ_PERMISSIONS or PERMISSIONS in include/aws/act/{id.replace('.', '/')}.py"
        found[f"action {id}"] = Declared(reading, reading | set(doing.PERMISSIONS), how)
    for name, permissions in {**iam.others(), _storage.__name__: _storage.PERMISSIONS}.items():
        how = f"PERMISSIONS in {name.replace('.', '/')}.py"
        found[f"module {name}"] = Declared(*[frozenset(permissions)] * 2, how)
    return found


def undeclared(made: set[Made], declared: dict[str, Declared]) -> list[str]:
    """A sentence for each call that its maker does not declare."""
    said = set()
    for one in made:
        its = declared.get(one.by)
        allowed = (its.reading if one.reading else its.everything) if its else frozenset[str]()
        if one.action not in allowed:
            how = its.how if its else "a PERMISSIONS tuple in that module"
            said.add(
                f"{one.where}: {one.by} calls {one.action}{' to read' if one.reading else ''}, which it does "
                f"not declare. Add it to {how}, {WRITE}"
            )
    return sorted(said)


def unused(made: set[Made], declared: dict[str, Declared]) -> list[str]:
    """A sentence for each declaration that no call needed."""
    used = {(one.by, one.action) for one in made}
    return sorted(
        f"{by} declares {action}, and no test makes it call that. Exercise it, or take it out of {its.how}, "
        f"{WRITE}"
        for by, its in declared.items()
        for action in its.everything
        if (by, action) not in used
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # a worker of pytest-xdist inherits the folder
        os.environ[api_calls.ENVIRONMENT] = tempfile.mkdtemp(prefix="watchkeeper-calls-")
    api_calls.install()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session):
    if not hasattr(session.config, "workerinput"):
        made = api_calls.read(Path(os.environ[api_calls.ENVIRONMENT]))
        said = _verdict(session, made) if made else []
        session.config.stash[SAID] = said
        if said and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return (yield)


def _verdict(session: pytest.Session, made: set[Made]) -> list[str]:
    declared = declarations()
    whole = session.exitstatus == pytest.ExitCode.OK and _asked_for_all(session.config)
    return [*undeclared(made, declared), *(unused(made, declared) if whole else ())]


def _asked_for_all(config: pytest.Config) -> bool:
    """The whole suite was asked for, and nothing narrows it."""
    asked = {(config.invocation_params.dir / one).resolve() for one in config.args}
    narrowed = any(getattr(config.option, name, None) for name in NARROWING)
    return bool(asked & {ROOT, ROOT / "tests"}) and not narrowed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if said := config.stash.get(SAID, []):
        terminalreporter.section("IAM: what is called and what is declared differ", red=True)
        for line in said:
            terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(api_calls.ENVIRONMENT, ""), ignore_errors=True)
