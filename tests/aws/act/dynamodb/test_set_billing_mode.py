"""Billing modes: the table waits for its indexes, and nothing is provisioned by guess."""

from collections.abc import Callable
from typing import Any

import pytest

from include.aws.act import action
from include.core.changes import State
from include.core.errors import ActionRefused
from tests.aws.act.estate import PROVISIONED, table
from tests.aws.act.running import Aws, Run

ID = "dynamodb.set_billing_mode"
ON_DEMAND: State = {"billing_mode": "PAY_PER_REQUEST"}
BEFORE: State = {"state": "ACTIVE", **PROVISIONED}


def test_the_way_back_knows_the_capacity_of_every_index(aws: Aws, run: Callable[..., Run]):
    it = run(ID, table(aws), ON_DEMAND)
    assert it.read() == BEFORE
    assert it.inverse(BEFORE, {}).params == PROVISIONED


def test_it_waits_for_every_index(aws: Aws, run: Callable[..., Run]):
    it = run(ID, table(aws), ON_DEMAND)
    before = it.read()

    def index_updating(answer: dict[str, Any]) -> None:
        answer["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] = "UPDATING"

    it.shows("DescribeTable", lambda answer: None, index_updating, index_updating, lambda answer: None)
    it.act(before)
    assert it.writes() == ["UpdateTable"]
    assert it.read() == it.after(before)


def test_an_update_under_way_is_waited_for_and_not_repeated(aws: Aws, run: Callable[..., Run]):
    name = table(aws)
    it = run(ID, name, ON_DEMAND)
    before = it.read()
    aws("dynamodb").update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
    it.shows(
        "DescribeTable", lambda answer: answer["Table"].update(TableStatus="UPDATING"), lambda answer: None
    )
    it.act(before)
    assert it.writes() == []


@pytest.mark.parametrize("indexes", [{}, {"by_day": {}, "by_name": {}}])
def test_capacity_for_other_indexes_than_there_are_is_refused(indexes: State):
    before = {**BEFORE, "billing_mode": "PAY_PER_REQUEST"}
    with pytest.raises(ActionRefused, match=r"indexes are \['by_day'\]"):
        action(ID).after(before, {**PROVISIONED, "indexes": indexes})


def test_a_table_that_is_changing_is_refused():
    with pytest.raises(ActionRefused, match="expected ACTIVE"):
        action(ID).after({**BEFORE, "state": "UPDATING"}, ON_DEMAND)


def test_a_table_being_deleted_is_gone(aws: Aws, run: Callable[..., Run]):
    it = run(ID, table(aws), ON_DEMAND)
    it.shows("DescribeTable", lambda answer: answer["Table"].update(TableStatus="DELETING"))
    assert it.read() is None


@pytest.mark.parametrize(
    ("live", "halfway"),
    [
        ({**BEFORE, "state": "UPDATING"}, True),
        ({**BEFORE, "state": "UPDATING", "read_capacity": 99}, False),
        ({**BEFORE, "read_capacity": 99}, False),
    ],
)
def test_halfway(live: State, halfway: bool):
    assert action(ID).halfway(live, BEFORE, ON_DEMAND) is halfway
    done = action(ID).after(BEFORE, ON_DEMAND)
    assert action(ID).halfway({**done, "state": "UPDATING"}, BEFORE, ON_DEMAND)
