from datetime import UTC, datetime

import pytest

from include.aws.collect.ec2_instances import ec2_instances, operator, platform, stopped_at


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        ({"UsageOperation": "RunInstances"}, "linux"),
        ({"UsageOperation": "RunInstances:0010"}, "rhel"),
        ({"UsageOperation": "RunInstances:000g"}, "suse"),
        ({"UsageOperation": "RunInstances:0002", "Platform": "windows"}, "windows"),
        pytest.param(
            {"UsageOperation": "RunInstances:0800", "Platform": "windows"}, "linux", id="own licence"
        ),
        pytest.param(
            {"UsageOperation": "RunInstances:0102", "Platform": "windows"}, None, id="SQL Server costs extra"
        ),
        pytest.param({"Platform": "Windows"}, "windows", id="before AWS sent the usage operation"),
        pytest.param({}, "linux", id="nothing said"),
    ],
)
def test_the_platform_is_what_aws_bills(instance, expected):
    assert platform(instance) == expected


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("stopped", "User initiated (2026-10-01 08:15:00 GMT)", datetime(2026, 10, 1, 8, 15, tzinfo=UTC)),
        ("stopped", "Server.SpotInstanceShutdown", None),
        ("stopped", "", None),
        ("running", "User initiated (2026-10-01 08:15:00 GMT)", None),
        ("terminated", "User initiated (2026-10-01 08:15:00 GMT)", None),
    ],
)
def test_only_a_stopped_instance_was_stopped_at_a_time(state, reason, expected):
    assert stopped_at({"State": {"Name": state}, "StateTransitionReason": reason}) == expected


def test_a_service_may_operate_an_instance():
    assert operator({"Operator": {"Managed": True, "Principal": "eks.amazonaws.com"}}) == "eks"
    assert operator({"Operator": {"Managed": False}}) is None
    assert operator({}) is None


def test_an_instance_tells_its_disks_and_when_it_was_stopped(aws):
    ec2 = aws("ec2")
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="m5.large", MinCount=1, MaxCount=1)["Instances"][0]
    ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    row = ec2_instances(ec2).row(0, named=True)
    volumes = [volume["VolumeId"] for volume in ec2.describe_volumes()["Volumes"]]
    assert (row["state"], row["instance_type"], row["lifecycle"]) == ("stopped", "m5.large", "on-demand")
    assert row["volume_ids"] == volumes
    assert row["stopped_at"] >= row["launched_at"]
