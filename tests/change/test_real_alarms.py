"""Alarms, throttling and the way back with real clients: moto's AWS, and the faults of the simulation."""

import json
import urllib.request

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from include.aws.act import _waiting
from include.change import auto_rollback, rollback, signoff
from include.change.apply import apply_plan
from include.core.errors import Blocked
from include.ledger import views
from include.simulation.manifest import Place
from include.simulation.process import running
from include.simulation.stage import assumed
from tests.change.alarm_world import ALARMS
from tests.change.test_real_actions import ROAD, planned
from tests.change.world import ACCOUNT, NOW, REGION, answer, finding

ONCE = Config(retries={"total_max_attempts": 1})
"""botocore gives up at once, so that what comes behind it is seen without its own waits."""


@pytest.fixture
def quick(monkeypatch):
    for pace in (_waiting.SETTING, _waiting.STATE, _waiting.COPY):
        monkeypatch.setitem(pace, "Delay", 0)
        monkeypatch.setitem(pace, "MaxAttempts", 5)


@pytest.fixture
def aws(monkeypatch, policy, quick):
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    policy(ALARMS)
    with mock_aws():
        yield lambda service: boto3.client(service, region_name=REGION)


def clients(account_id, region, service):
    return boto3.client(service, region_name=region)


def alarm(aws, state):
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="checkout",
        Namespace="shop",
        MetricName="errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="checkout", StateValue=state, StateReason=f"errors: {state}")


def volumes(ec2, count):
    return [
        ec2.create_volume(Size=8, AvailabilityZone=f"{REGION}a", VolumeType="gp2")["VolumeId"]
        for _ in range(count)
    ]


def to_gp3(ledger, ids):
    params = {"volume_type": "gp3", "iops": 3000, "throughput_mibps": 125}
    rows = [finding(i, resource_type="ebs_volumes", action="ec2.modify_volume", params=params) for i in ids]
    plan = planned(ledger, *rows)
    signoff.record(ledger, plan.digest, answer(), now=NOW)
    return plan


def types(ec2):
    return sorted(volume["VolumeType"] for volume in ec2.describe_volumes()["Volumes"])


def applied(ledger, plan, *, pause=lambda seconds: None, of=clients):
    return apply_plan(ledger, plan.digest, of, readers=of, worker="w", now=lambda: NOW, pause=pause)


def test_an_alarm_blocks_then_lets_through_then_takes_back(ledger, aws):
    ec2 = aws("ec2")
    plan = to_gp3(ledger, volumes(ec2, 3))
    with pytest.raises(Blocked, match="does not exist"):
        applied(ledger, plan)
    alarm(aws, "ALARM")
    with pytest.raises(Blocked, match="is in ALARM: errors: ALARM"):
        applied(ledger, plan)
    assert types(ec2) == ["gp2"] * 3
    alarm(aws, "OK")
    found = applied(ledger, plan, pause=lambda seconds: alarm(aws, "ALARM"))
    assert list(found.states.values()) == ["applied", "skipped", "skipped"]
    assert types(ec2) == ["gp2", "gp2", "gp3"]
    back = auto_rollback.roll_back(
        ledger, plan.digest, clients, clients, worker="w", now=lambda: NOW, pause=lambda seconds: None
    )
    assert list(back.states.values()) == ["rolled_back", "skipped", "skipped"]
    assert types(ec2) == ["gp2"] * 3
    assert views.plan(ledger, plan.digest).state == "rolled_back"
    assert rollback.inverse_plan(ledger, plan.digest, clients, **ROAD).plans == []


def test_a_deleted_volume_comes_back_by_what_the_journal_says_was_kept(ledger, aws):
    ec2, (made,) = aws("ec2"), volumes(aws("ec2"), 1)
    alarm(aws, "OK")
    row = finding(made, resource_type="ebs_volumes", action="ec2.snapshot_delete_volume")
    plan = planned(ledger, row)
    signoff.record(ledger, plan.digest, answer(), now=NOW)
    assert set(applied(ledger, plan).states.values()) == {"applied"}
    assert ec2.describe_volumes()["Volumes"] == []
    with ledger.transaction() as session:
        from include.ledger import journal
        from include.ledger.journal import Entry

        journal.append(session, [Entry("alarm.tripped", plan.digest, {"why": "checkout"})], at=NOW)
    back = auto_rollback.roll_back(
        ledger, plan.digest, clients, clients, worker="w", now=lambda: NOW, pause=lambda seconds: None
    )
    assert set(back.states.values()) == {"rolled_back"}, back.reasons
    (restored,) = ec2.describe_volumes()["Volumes"]
    assert (restored["Size"], restored["VolumeType"]) == (8, "gp2")


@pytest.fixture(scope="module")
def endpoint():
    with running("--empty") as address:
        yield address


@pytest.fixture
def simulated(endpoint, policy, quick):
    """Clients of a simulated account, in the change role, that try each call once."""
    session = assumed(endpoint, Place(ACCOUNT, REGION), "watchkeeper-change")
    return lambda account_id, region, service: session.client(service, endpoint_url=endpoint, config=ONCE)


def fault(endpoint, **what):
    body = json.dumps(what).encode()
    request = urllib.request.Request(f"{endpoint}/watchkeeper-sim/faults", body, method="POST")
    urllib.request.urlopen(request, timeout=30).close()


@pytest.mark.parametrize("action", ["ec2:DescribeVolumes", "ec2:ModifyVolume"])
def test_an_api_that_throttles_for_a_while_is_waited_out(ledger, endpoint, simulated, monkeypatch, action):
    monkeypatch.setattr("tests.change.test_real_actions.clients", simulated)
    ec2 = simulated(ACCOUNT, REGION, "ec2")
    (made,) = volumes(ec2, 1)
    plan = to_gp3(ledger, [made])
    fault(endpoint, action=action, kind="throttled", times=5)
    pauses = []
    found = applied(ledger, plan, pause=pauses.append, of=simulated)
    assert set(found.states.values()) == {"applied"}, found.reasons
    assert sum(pauses) == 2 + 4 + 8 + 16 + 32
    assert ec2.describe_volumes(VolumeIds=[made])["Volumes"][0]["VolumeType"] == "gp3"
