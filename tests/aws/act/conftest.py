"""Simulated accounts without waiting, actions run in them, and changes as a plan stores them."""

from collections.abc import Callable, Iterator

import pytest

from include.aws.act import _waiting
from include.core.changes import Change, State, Step
from tests.aws.act.running import REGION, Aws, Run, account


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiters look again at once, and give up after a few looks; accounts start without AWS's own AMIs."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    for pace in (_waiting.SETTING, _waiting.STATE, _waiting.DATABASE, _waiting.COPY):
        monkeypatch.setitem(pace, "Delay", 0)
        monkeypatch.setitem(pace, "MaxAttempts", 5)


@pytest.fixture
def aws() -> Iterator[Aws]:
    """Clients of an empty simulated account, by service."""
    with account() as clients:
        yield clients


@pytest.fixture
def run(aws: Aws) -> Callable[..., Run]:
    """`run("ec2.stop_instance", instance_id, {...})`, or `run(step)`."""

    def prepare(what: str | Step, resource_id: str = "", params: State | None = None) -> Run:
        if isinstance(what, Step):
            return Run(what)
        return Run(Step(action=what, resource_id=resource_id, params=params or {}))

    return prepare


@pytest.fixture
def planned() -> Callable[..., Change]:
    """The change as a plan stores it: everything about it must survive JSON."""

    def plan(run: Run, before: State) -> Change:
        doing, inverse = run.action, run.inverse(before, {})
        made = Change(
            action=run.step.action,
            account_id="123456789012",
            region=REGION,
            resource_type="any",
            resource_id=run.step.resource_id,
            params=run.step.params,
            before=before,
            after=run.after(before),
            inverse=inverse,
            irreversible_because=doing.IRREVERSIBLE_BECAUSE if inverse is None else None,
            check_id="any",
            reason="any",
            risk=doing.RISK,
            effort=doing.EFFORT,
            restart_needed=doing.RESTART_NEEDED,
            destructive=doing.DESTRUCTIVE,
            permissions=doing.PERMISSIONS,
        )
        return Change.model_validate_json(made.model_dump_json(exclude={"change_id"}))

    return plan
