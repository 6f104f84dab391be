"""Modifying a volume: waits for AWS, never asks twice, and shows a failure.

moto completes every modification at once; its answers are altered here to show those under way.
"""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from include.aws.act import action
from include.core.changes import State
from include.core.errors import ActionRefused
from tests.aws.act.estate import BASELINE, FAST, volume
from tests.aws.act.running import Aws, Run

GP2: State = {
    "volume_type": "gp2",
    "iops": None,
    "throughput_mibps": None,
    "size_gib": 20,
    "modifying": False,
}
GP3: State = {**GP2, **BASELINE}


def showing(state: str, **more: str) -> Callable[[dict[str, Any]], None]:
    def alter(answer: dict[str, Any]) -> None:
        for modification in answer["VolumesModifications"]:
            modification.update(ModificationState=state, **more)

    return alter


def test_it_waits_while_aws_is_modifying_and_not_while_it_optimises(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_volume", volume(aws), BASELINE)
    before = it.read()
    it.shows(
        "DescribeVolumesModifications", showing("modifying"), showing("modifying"), showing("optimizing")
    )
    it.act(before)
    assert it.read() == it.after(before) == GP3


def test_a_modification_under_way_is_waited_for_and_not_repeated(aws: Aws, run: Callable[..., Run]):
    volume_id = volume(aws)
    it = run("ec2.modify_volume", volume_id, BASELINE)
    aws("ec2").modify_volume(VolumeId=volume_id, VolumeType="gp3", Iops=3000, Throughput=125)
    it.shows("DescribeVolumesModifications", showing("modifying"), showing("completed"))
    it.act(GP2)
    assert it.writes() == []


def test_a_failed_modification_is_told_with_the_reason_of_aws(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_volume", volume(aws), BASELINE)
    it.shows("DescribeVolumesModifications", showing("failed", StatusMessage="no room"))
    with pytest.raises(ActionRefused, match=r"failed to modify volume vol-.*: no room"):
        it.act(it.read())


def test_one_that_never_ends_is_given_up(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.modify_volume", volume(aws), BASELINE)
    before = it.read()
    it.shows("DescribeVolumesModifications", showing("modifying"))
    with pytest.raises(WaiterError, match=r"volume vol-.* to become"):
        it.act(before)


def test_the_latest_modification_counts(aws: Aws, run: Callable[..., Run]):
    volume_id = volume(aws, **FAST)
    for iops in (4100, 4200):
        aws("ec2").modify_volume(VolumeId=volume_id, Iops=iops)
    it = run("ec2.modify_volume", volume_id, BASELINE)

    def first_one_hangs(answer: dict[str, Any]) -> None:
        answer["VolumesModifications"][0].update(ModificationState="modifying")
        answer["VolumesModifications"].reverse()
        newer, older = answer["VolumesModifications"]
        older["StartTime"] = newer["StartTime"].replace(year=2001)

    it.shows("DescribeVolumesModifications", first_one_hangs)
    assert it.read()["modifying"] is False


@pytest.mark.parametrize(
    ("before", "params", "expected"),
    [
        (GP2, {"volume_type": "gp3"}, GP3),
        (GP2, {"volume_type": "gp3", "iops": 6000}, {**GP3, "iops": 6000}),
        (GP3, {"volume_type": "gp3", "throughput_mibps": 250}, {**GP3, "throughput_mibps": 250}),
        ({**GP3, "iops": 9000}, {"volume_type": "gp3"}, {**GP3, "iops": 9000}),
        (GP3, {"volume_type": "gp2"}, GP2),
        (GP2, {"volume_type": "io2", "iops": 500}, {**GP2, "volume_type": "io2", "iops": 500}),
        (GP3, {"volume_type": "st1", "iops": None}, {**GP2, "volume_type": "st1"}),
    ],
)
def test_the_settings_that_are_not_given(before: State, params: State, expected: State):
    assert action("ec2.modify_volume").after(before, params) == expected


@pytest.mark.parametrize(
    ("live", "halfway"),
    [
        ({**GP2, "modifying": True}, True),
        ({**GP3, "modifying": True}, True),
        ({**GP3, "modifying": True, "iops": 5000}, False),
        ({**GP2, "modifying": True, "size_gib": 40}, False),
    ],
)
def test_halfway(live: State, halfway: bool):
    assert action("ec2.modify_volume").halfway(live, GP2, BASELINE) is halfway


def test_a_volume_being_modified_by_others_is_refused():
    with pytest.raises(ActionRefused, match="another modification"):
        action("ec2.modify_volume").after({**GP2, "modifying": True}, BASELINE)
