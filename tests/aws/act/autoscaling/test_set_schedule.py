"""Scheduled actions: others stay, what AWS refuses is an error, and nothing old is left in a new one."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from include.aws.act import action
from include.core.changes import State
from tests.aws.act.estate import EVENING, MORNING, ONCE, PEAK, group
from tests.aws.act.running import Aws, Run

ID = "autoscaling.set_schedule"
BOTH: State = {"scheduled": {"morning": MORNING, "evening": EVENING}}
NOON = {**PEAK, "ScheduledActionName": "noon"}


def there(aws: Aws) -> dict[str, dict[str, Any]]:
    found = aws("autoscaling").describe_scheduled_actions(AutoScalingGroupName="web")
    return {one["ScheduledActionName"]: one for one in found["ScheduledUpdateGroupActions"]}


def test_what_is_not_named_stays(aws: Aws, run: Callable[..., Run]):
    it = run(ID, group(aws, NOON), BOTH)
    assert it.read() == {"scheduled": {"evening": None, "morning": None}}
    it.act(it.read())
    assert sorted(there(aws)) == ["evening", "morning", "noon"]


def test_one_call_puts_them_all(aws: Aws, run: Callable[..., Run]):
    it = run(ID, group(aws), BOTH)
    it.act(it.read())
    assert it.writes() == ["BatchPutScheduledUpdateGroupAction"]


def test_of_what_it_replaces_nothing_is_left(aws: Aws, run: Callable[..., Run]):
    it = run(ID, group(aws, PEAK), {"scheduled": {"morning": EVENING}})
    it.act(it.read())
    assert it.writes() == ["BatchDeleteScheduledAction", "BatchPutScheduledUpdateGroupAction"]
    assert (there(aws)["morning"].get("DesiredCapacity"), there(aws)["morning"]["MinSize"]) == (None, 2)


def test_utc_is_the_zone_of_what_names_none(aws: Aws, run: Callable[..., Run]):
    name = group(aws, {"ScheduledActionName": "evening", "Recurrence": "0 19 * * *", "MinSize": 2})
    it = run(ID, name, {"scheduled": {"evening": EVENING}})
    assert it.read() == it.after(it.read())


@pytest.mark.parametrize(
    ("operation", "failures"),
    [
        ("BatchPutScheduledUpdateGroupAction", "FailedScheduledUpdateGroupActions"),
        ("BatchDeleteScheduledAction", "FailedScheduledActions"),
    ],
)
def test_an_action_that_aws_refuses_is_an_error(
    operation: str, failures: str, aws: Aws, run: Callable[..., Run]
):
    it = run(ID, group(aws, PEAK), {"scheduled": {"morning": None, "sale": ONCE}})
    failed = {"ScheduledActionName": "sale", "ErrorCode": "LimitExceeded", "ErrorMessage": "too many"}
    it.shows(operation, lambda answer: answer.update({failures: [failed]}))
    with pytest.raises(ClientError, match=r"LimitExceeded.*sale: too many"):
        it.act(it.read())


BEFORE: State = {"scheduled": {"morning": MORNING, "evening": None}}
PARAMS: State = {"scheduled": {"morning": ONCE, "evening": EVENING}}
DONE: Any = action(ID).after(BEFORE, PARAMS)
OTHER: State = {"recurrence": "0 1 * * *", "min_size": 9}


@pytest.mark.parametrize(
    ("live", "halfway"),
    [
        pytest.param({"morning": None, "evening": None}, True, id="taken away to be put anew"),
        pytest.param({**BEFORE["scheduled"], "evening": DONE["scheduled"]["evening"]}, True, id="one is put"),
        pytest.param({**DONE["scheduled"], "morning": None}, True, id="one is put, one taken away"),
        pytest.param(BEFORE["scheduled"], False, id="as before"),
        pytest.param(DONE["scheduled"], False, id="done"),
        pytest.param({**BEFORE["scheduled"], "evening": OTHER}, False, id="somebody else's"),
        pytest.param({"morning": None}, False, id="of other names"),
    ],
)  # fmt: skip
def test_halfway(live: State, halfway: bool):
    assert action(ID).halfway({"scheduled": live}, BEFORE, PARAMS) is halfway


def test_a_gone_group_is_not_halfway():
    assert not action(ID).halfway({}, BEFORE, PARAMS)
