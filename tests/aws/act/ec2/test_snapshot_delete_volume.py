"""A volume is deleted only after its snapshot is complete, and only while nobody uses it."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from include.core.errors import ActionRefused
from tests.aws.act.estate import FAST, instance, volume
from tests.aws.act.running import TOKEN, Aws, Run

ID = "ec2.snapshot_delete_volume"


def snapshots(aws: Aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
    return found


def test_the_snapshot_says_whose_it_is_and_the_volume_is_gone(aws: Aws, run: Callable[..., Run]):
    it = run(ID, volume(aws))
    result = it.act(it.read())
    (snapshot,) = snapshots(aws)
    assert result == {"snapshot_id": snapshot["SnapshotId"]}
    tags = {tag["Key"]: tag["Value"] for tag in snapshot["Tags"]}
    assert tags == {"watchkeeper:token": TOKEN, "watchkeeper:volume": it.step.resource_id}
    assert aws("ec2").describe_volumes()["Volumes"] == []


def test_an_attached_volume_is_refused(aws: Aws, run: Callable[..., Run]):
    volume_id = volume(aws)
    aws("ec2").attach_volume(VolumeId=volume_id, InstanceId=instance(aws), Device="/dev/sdf")
    it = run(ID, volume_id)
    with pytest.raises(ActionRefused, match=r"in-use, attached to .*; expected available"):
        it.after(it.read())


def test_a_volume_attached_since_planning_is_neither_snapshotted_nor_deleted(
    aws: Aws, run: Callable[..., Run]
):
    volume_id = volume(aws)
    it = run(ID, volume_id)
    before = it.read()
    aws("ec2").attach_volume(VolumeId=volume_id, InstanceId=instance(aws), Device="/dev/sdf")
    with pytest.raises(ActionRefused):
        it.act(before)
    assert it.writes() == []


def test_without_a_complete_snapshot_nothing_is_deleted(aws: Aws, run: Callable[..., Run]):
    it = run(ID, volume(aws))
    before = it.read()
    it.shows("DescribeSnapshots", lambda answer: _all(answer, "pending"))
    with pytest.raises(WaiterError):
        it.act(before)
    assert it.writes() == ["CreateSnapshot"]
    assert it.read() == before


def test_a_snapshot_that_failed_deletes_nothing(aws: Aws, run: Callable[..., Run]):
    it = run(ID, volume(aws))
    before = it.read()
    it.shows("DescribeSnapshots", lambda answer: _all(answer, "error"))
    with pytest.raises(WaiterError):
        it.act(before)
    assert it.read() == before


def test_only_this_changes_own_snapshot_counts(aws: Aws, run: Callable[..., Run]):
    volume_id = volume(aws)
    aws("ec2").create_snapshot(VolumeId=volume_id)
    first = run(ID, volume_id)
    result = first.act(first.read(), token="exe-of-this-change")
    assert len(snapshots(aws)) == 2
    made = next(one for one in snapshots(aws) if one["SnapshotId"] == result["snapshot_id"])
    assert {"Key": "watchkeeper:token", "Value": "exe-of-this-change"} in made["Tags"]


def test_a_volume_that_was_gone_already_has_no_snapshot_to_name(aws: Aws, run: Callable[..., Run]):
    it = run(ID, volume(aws))
    before = it.read()
    aws("ec2").delete_volume(VolumeId=it.step.resource_id)
    assert it.act(before) == {"snapshot_id": None}
    assert snapshots(aws) == []


def test_a_permission_denied_while_deleting_propagates(aws: Aws, run: Callable[..., Run]):
    it = run(ID, volume(aws))
    it.answers("DeleteVolume", "UnauthorizedOperation")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        it.act(it.read())


def test_when_planning_the_way_back_knows_everything_but_the_snapshot(aws: Aws, run: Callable[..., Run]):
    it = run(ID, volume(aws, **FAST))
    step = it.inverse(it.read(), {})
    assert step.action == "ec2.restore_volume"
    assert step.params == {
        "snapshot_id": None,
        "volume_type": "gp3",
        "iops": 4000,
        "throughput_mibps": 250,
        "size_gib": 20,
        "availability_zone": "eu-west-1a",
        "encrypted": False,
        "kms_key_id": None,
        "multi_attach": False,
        "tags": {"team": "web"},
    }


def _all(answer: dict[str, Any], state: str) -> None:
    for snapshot in answer["Snapshots"]:
        snapshot["State"] = state
