"""What state alarms are in, by name."""

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from include.aws.alarms import NAMES, alarm_states


@pytest.fixture
def cloudwatch():
    with mock_aws():
        yield boto3.client("cloudwatch", region_name="eu-west-1")


def metric_alarm(cloudwatch, name, state=None):
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="shop",
        MetricName="errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    if state:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=f"said {state}")


def test_states_come_with_cloudwatchs_own_reason(cloudwatch):
    for name, state in {"a": "OK", "b": "ALARM", "c": "INSUFFICIENT_DATA"}.items():
        metric_alarm(cloudwatch, name, state)
    found = alarm_states(cloudwatch, ["a", "b", "c"])
    assert found == {
        "a": ("OK", "said OK"),
        "b": ("ALARM", "said ALARM"),
        "c": ("INSUFFICIENT_DATA", "said INSUFFICIENT_DATA"),
    }


def test_an_alarm_that_does_not_exist_is_not_there(cloudwatch):
    metric_alarm(cloudwatch, "a", "OK")
    assert set(alarm_states(cloudwatch, ["a", "gone"])) == {"a"}


def test_composite_alarms_are_asked_for_and_count_too(cloudwatch):
    """moto has none, so the answer is botocore's stub, which checks both sides against AWS's own model."""
    asked = {"AlarmNames": ["a", "both"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    with Stubber(cloudwatch) as stub:
        stub.add_response(
            "describe_alarms",
            {
                "MetricAlarms": [{"AlarmName": "a", "StateValue": "OK"}],
                "CompositeAlarms": [{"AlarmName": "both", "StateValue": "ALARM", "StateReason": "a rings"}],
            },
            asked,
        )
        assert alarm_states(cloudwatch, ["both", "a"]) == {"a": ("OK", ""), "both": ("ALARM", "a rings")}


def test_more_names_than_one_call_takes(cloudwatch):
    names = [f"alarm-{n:03}" for n in range(NAMES + 5)]
    for name in names:
        metric_alarm(cloudwatch, name, "OK")
    assert {state.value for state in alarm_states(cloudwatch, names).values()} == {"OK"}
    assert sorted(alarm_states(cloudwatch, names)) == names
