"""What forbids stopping or resizing an instance, and where either is halfway."""

from collections.abc import Callable

import pytest

from include.aws.act import action
from include.core.changes import State
from include.core.errors import ActionRefused
from tests.aws.act.estate import instance
from tests.aws.act.running import Aws, Run

BEFORE: State = {
    "state": "running",
    "instance_type": "m5.xlarge",
    "root_device_type": "ebs",
    "lifecycle": "on-demand",
    "autoscaling_group": None,
}
SMALLER: State = {"instance_type": "m5.large"}


@pytest.mark.parametrize("action_id", ["ec2.stop_instance", "ec2.modify_instance_type"])
@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"root_device_type": "instance-store"}, "root device is instance-store"),
        ({"autoscaling_group": "web"}, "Auto Scaling group web"),
        ({"lifecycle": "spot"}, "lifecycle is spot"),
        ({"state": "pending"}, "is pending; expected running or stopped"),
    ],
)
def test_unsafe_instances_are_refused(action_id: str, overrides: State, why: str):
    with pytest.raises(ActionRefused, match=why):
        action(action_id).after({**BEFORE, **overrides}, SMALLER)


def test_a_refused_instance_is_not_touched(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.stop_instance", instance(aws))
    with pytest.raises(ActionRefused):
        it.act({**it.read(), "root_device_type": "instance-store"})
    assert it.writes() == []


def test_an_instance_that_is_starting_is_not_started(run: Callable[..., Run], aws: Aws):
    with pytest.raises(ActionRefused, match="is stopping; expected stopped"):
        action("ec2.start_instance").after({**BEFORE, "state": "stopping"}, {})


def test_a_member_of_an_auto_scaling_group_is_recognised(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.stop_instance", instance(aws))
    tag = {"Key": "aws:autoscaling:groupName", "Value": "web"}
    it.shows(
        "DescribeInstances",
        lambda answer: answer["Reservations"][0]["Instances"][0].update(Tags=[tag]),
    )
    assert it.read()["autoscaling_group"] == "web"


@pytest.mark.parametrize(
    ("action_id", "before", "live", "halfway"),
    [
        ("ec2.stop_instance", {}, {"state": "stopping"}, True),
        ("ec2.stop_instance", {}, {"state": "pending"}, False),
        ("ec2.start_instance", {"state": "stopped"}, {"state": "pending"}, True),
        ("ec2.start_instance", {"state": "stopped"}, {"state": "stopping"}, False),
        ("ec2.modify_instance_type", {}, {"state": "stopping"}, True),
        ("ec2.modify_instance_type", {}, {"state": "stopped"}, True),
        ("ec2.modify_instance_type", {}, {"state": "stopped", **SMALLER}, True),
        ("ec2.modify_instance_type", {}, {"state": "pending", **SMALLER}, True),
        ("ec2.modify_instance_type", {}, {"state": "pending"}, False),
        ("ec2.modify_instance_type", {}, {"state": "stopped", "instance_type": "c5.large"}, False),
        ("ec2.modify_instance_type", {"state": "stopped"}, {"state": "pending", **SMALLER}, False),
    ],
)
def test_halfway(action_id: str, before: State, live: State, halfway: bool):
    assert action(action_id).halfway({**BEFORE, **live}, {**BEFORE, **before}, SMALLER) is halfway


@pytest.mark.parametrize(
    ("action_id", "state"), [("ec2.stop_instance", "stopped"), ("ec2.start_instance", "running")]
)
def test_undoing_what_changed_nothing_is_nothing(action_id: str, state: str):
    assert action(action_id).inverse("i-1", {**BEFORE, "state": state}, {}, {}) is None
