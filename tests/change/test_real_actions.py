"""The whole road with the real actions on a simulated account."""

import boto3
import polars as pl
import pytest
from moto import mock_aws

from include.aws.act import _waiting
from include.change import planning, rollback, signoff
from include.change.apply import apply_plan
from include.ledger import views
from tests.change.world import NOW, REGION, answer, finding, findings


@pytest.fixture
def ec2(monkeypatch, policy):
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    for pace in (_waiting.SETTING, _waiting.STATE, _waiting.COPY):
        monkeypatch.setitem(pace, "Delay", 0)
        monkeypatch.setitem(pace, "MaxAttempts", 5)
    with mock_aws():
        yield boto3.client("ec2", region_name=REGION)


def clients(account_id, region, service):
    return boto3.client(service, region_name=region)


ROAD = {"dag_id": "cost_sweep", "run_id": "r", "requester": None, "now": NOW}


def planned(ledger, *rows):
    made = planning.plan_changes(
        ledger,
        findings(*rows),
        lambda dataset: pl.LazyFrame([{"account_id": "0", "region": "x"}]),
        domain="cost",
        snapshot_id="s",
        as_of=NOW,
        clients=clients,
        **ROAD,
    )
    assert made.left_out == []
    return made.plans[0]


def done(ledger, plan):
    signoff.record(ledger, plan.digest, answer(), now=NOW)
    applied = apply_plan(
        ledger, plan.digest, clients, worker="w", now=lambda: NOW, pause=lambda seconds: None
    )
    assert set(applied.states.values()) == {"applied"}, applied.reasons


def test_a_volume_is_deleted_and_comes_back_with_its_settings(ledger, ec2):
    made = ec2.create_volume(Size=8, AvailabilityZone=f"{REGION}a", VolumeType="gp3")["VolumeId"]
    row = finding(made, resource_type="ebs_volumes", action="ec2.snapshot_delete_volume")
    plan = planned(ledger, row)
    assert plan.changes[0].inverse.action == "ec2.restore_volume"
    done(ledger, plan)
    assert ec2.describe_volumes()["Volumes"] == []
    back = rollback.inverse_plan(ledger, plan.digest, clients, **ROAD)
    assert back.left_out == []
    done(ledger, back.plans[0])
    (restored,) = ec2.describe_volumes()["Volumes"]
    assert (restored["Size"], restored["VolumeType"]) == (8, "gp3")
    assert restored["VolumeId"] != made
    assert views.plan(ledger, plan.digest).state == "rolled_back"


def test_an_instance_is_stopped_and_a_volume_modified_in_one_plan(ledger, ec2):
    image = ec2.register_image(Name="image", RootDeviceName="/dev/xvda", VirtualizationType="hvm")["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    volume = ec2.create_volume(Size=100, AvailabilityZone=f"{REGION}a", VolumeType="gp2")["VolumeId"]
    plan = planned(
        ledger,
        finding(instance, action="ec2.stop_instance"),
        finding(
            volume,
            resource_type="ebs_volumes",
            action="ec2.modify_volume",
            params={"volume_type": "gp3", "iops": 3000, "throughput_mibps": 125},
        ),
    )
    done(ledger, plan)
    state = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"]
    assert state == "stopped"
    assert ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["VolumeType"] == "gp3"
