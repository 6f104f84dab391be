"""Retention of one log group: not of the one whose name only begins like it."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.aws.act.estate import log_group
from tests.aws.act.running import Aws, Run

ID = "logs.put_retention"


def retention(aws: Aws) -> dict[str, int | None]:
    groups = aws("logs").describe_log_groups()["logGroups"]
    return {group["logGroupName"]: group.get("retentionInDays") for group in groups}


def test_only_the_group_named_is_changed(aws: Aws, run: Callable[..., Run]):
    it = run(ID, log_group(aws), {"retention_days": 365})
    assert it.read() == {"retention_days": None}
    it.act(it.read())
    assert retention(aws) == {"/app/web": 365, "/app/web-old": 7}


def test_a_group_is_not_mistaken_for_one_with_a_longer_name(aws: Aws, run: Callable[..., Run]):
    log_group(aws)
    assert run(ID, "/app/we", {"retention_days": 365}).read() is None


def test_a_group_that_vanished_is_an_error_and_not_done(aws: Aws, run: Callable[..., Run]):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        run(ID, "/gone", {"retention_days": 365}).act({"retention_days": None})
