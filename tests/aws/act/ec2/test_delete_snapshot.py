"""A snapshot goes only while no AMI is made from it."""

from collections.abc import Callable

import pytest

from include.aws.act import action
from include.core.errors import ActionRefused
from tests.aws.act.estate import instance, volume
from tests.aws.act.running import Aws, Run


def test_the_snapshot_of_an_ami_is_refused(aws: Aws, run: Callable[..., Run]):
    ec2 = aws("ec2")
    image = ec2.create_image(InstanceId=instance(aws), Name="made")["ImageId"]
    (device,) = ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"]
    it = run("ec2.delete_snapshot", device["Ebs"]["SnapshotId"])
    assert it.read()["image_ids"] == [image]
    with pytest.raises(ActionRefused, match="AMIs are made from the snapshot"):
        it.act(it.read())


def test_one_still_being_taken_is_refused():
    with pytest.raises(ActionRefused, match="is pending; expected completed"):
        action("ec2.delete_snapshot").after({"state": "pending", "image_ids": []}, {})


def test_its_start_is_utc_text(aws: Aws, run: Callable[..., Run]):
    it = run("ec2.delete_snapshot", aws("ec2").create_snapshot(VolumeId=volume(aws))["SnapshotId"])
    assert it.read()["started_at"].endswith("+00:00")
