"""Resizing an instance leaves it as it was when AWS will not have the new type."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.act.estate import instance
from tests.aws.act.running import Aws, Run

SMALLER = {"instance_type": "m5.large"}


def test_a_stopped_instance_is_never_started(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_instance_type", instance(aws, stopped=True), SMALLER)
    it.act(it.read())
    assert it.writes() == ["ModifyInstanceAttribute"]
    assert it.read()["state"] == "stopped"


def test_a_type_aws_refuses_leaves_it_running_with_the_old_one(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_instance_type", instance(aws), SMALLER)
    before = it.read()
    _refuse_once(it, "ModifyInstanceAttribute", "InvalidParameterCombination")
    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        it.act(before)
    assert it.read() == before


def test_no_capacity_for_the_new_type_puts_the_old_one_back_and_starts_it(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_instance_type", instance(aws), SMALLER)
    before = it.read()
    _refuse_once(it, "StartInstances", "InsufficientInstanceCapacity")
    with pytest.raises(ClientError, match="InsufficientInstanceCapacity"):
        it.act(before)
    assert it.read() == before


def test_an_instance_with_stop_protection_is_left_alone(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_instance_type", instance(aws), SMALLER)
    before = it.read()
    it.answers("StopInstances", "OperationNotPermitted")
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        it.act(before)
    assert it.read() == before


def _refuse_once(it: Run, operation: str, code: str) -> None:
    left = [{"Error": {"Code": code, "Message": "not this time"}, "ResponseMetadata": {}}]

    def answer(**_: Any) -> Any:
        return (type("Http", (), {"status_code": 400})(), left.pop()) if left else None

    it.client.meta.events.register_first(f"before-call.*.{operation}", answer)
