"""A simulated account, and a runner that carries out one action there while watching every API call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from moto import mock_aws

from include.aws.act import action
from include.core.changes import State, Step
from include.simulation import limits
from tests.iam_names import iam_actions

REGION = "eu-west-1"
TOKEN = "exe-0123456789ab-1"
Aws = Callable[[str], Any]


@contextmanager
def account() -> Iterator[Aws]:
    """Clients of an empty simulated account, by service; what they do is not held against an action."""
    limits.install()
    with mock_aws():
        yield _client


@cache
def _client(service: str) -> Any:
    """Made once: an EC2 client takes longer to make than most tests take to run."""
    return boto3.client(service, region_name=REGION)


class Killed(BaseException):
    """The worker is gone: nothing of the action runs after this."""


class Run:
    """One action on one resource. Every call must be declared: reads by READ_PERMISSIONS alone."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.action = action(step.action)
        self.calls: list[str] = []
        self.used: set[str] = set()
        self.client = boto3.client(self.action.service(step.params), region_name=REGION)
        self.client.meta.events.register("before-parameter-build", self._record)

    def read(self) -> State | None:
        return self._watched(
            lambda: self.action.read(self.client, self.step.resource_id, self.step.params),
            set(self.action.READ_PERMISSIONS),
        )

    def act(self, before: State, token: str = TOKEN) -> State:
        return self._watched(
            lambda: self.action.act(
                self.client, self.step.resource_id, self.step.params, before=before, token=token
            ),
            {*self.action.READ_PERMISSIONS, *self.action.PERMISSIONS},
        )

    def after(self, before: State) -> State | None:
        return self.action.after(before, self.step.params)

    def halfway(self, live: State, before: State) -> bool:
        return self.action.halfway(live, before, self.step.params)

    def inverse(self, before: State, result: State) -> Step | None:
        return self.action.inverse(self.step.resource_id, before, self.step.params, result)

    def writes(self) -> list[str]:
        """The API calls that are no reads."""
        return [name for name in self.calls if not name.startswith(("Describe", "Get", "List", "Head"))]

    def dies_after(self, write: int) -> None:
        """The worker is killed when the n-th write (from 0) has taken effect, before its answer arrives."""

        def kill(**_: Any) -> None:
            if len(self.writes()) > write:
                raise Killed

        self.client.meta.events.register("after-call", kill)

    def answers(self, operation: str, code: str) -> None:
        """AWS refuses this call with this error code, from now on."""
        error = {"Error": {"Code": code, "Message": f"not this time ({code})"}, "ResponseMetadata": {}}

        def refuse(**_: Any) -> Any:
            return type("Http", (), {"status_code": 400})(), error

        self.client.meta.events.register_first(f"before-call.*.{operation}", refuse)

    def shows(self, operation: str, *changes: Callable[[dict[str, Any]], None]) -> None:
        """The first answers to this call are changed one after the other, the last change for good."""
        left = list(changes)

        def alter(parsed: dict[str, Any], **_: Any) -> None:
            (left.pop(0) if len(left) > 1 else left[0])(parsed)

        self.client.meta.events.register(f"after-call.*.{operation}", alter)

    def _watched(self, do: Callable[[], Any], allowed: set[str]) -> Any:
        known = set(self.used)
        self.used = set()
        try:
            return do()
        finally:
            undeclared = self.used - allowed
            self.used |= known
            assert not undeclared, f"{self.step.action} used {undeclared}, which it does not declare"

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self.used |= iam_actions(model.service_model.signing_name, model.name, params)
