import pytest

from include.aws.collect.autoscaling import _launch_template, autoscaling_groups
from tests.aws.collect.estate import groups, network


def test_a_group_keeps_the_image_of_its_launch_configuration_in_use(aws):
    groups(aws, network(aws("ec2")), 2)
    frame = autoscaling_groups(aws("autoscaling"))
    assert frame["image_ids"].to_list() == [["ami-12345678"], ["ami-12345678"]]
    assert frame["launch_configuration"].to_list() == ["group-0-config", "group-1-config"]


def test_more_launch_configurations_than_one_call_takes(aws):
    groups(aws, network(aws("ec2")), 51)
    frame = autoscaling_groups(aws("autoscaling"))
    assert frame["image_ids"].list.len().to_list() == [1] * 51


@pytest.mark.parametrize("ids", [None, ["group-0", "group-1"]])
def test_what_changes_the_size_of_each_group_is_named(ids, aws):
    groups(aws, network(aws("ec2")), 2)
    autoscaling = aws("autoscaling")
    for name in ("morning", "evening"):
        autoscaling.put_scheduled_update_group_action(
            AutoScalingGroupName="group-1", ScheduledActionName=name, Recurrence="0 8 * * *", MinSize=0
        )
    autoscaling.put_scaling_policy(
        AutoScalingGroupName="group-0",
        PolicyName="more",
        AdjustmentType="ChangeInCapacity",
        ScalingAdjustment=1,
    )
    frame = autoscaling_groups(autoscaling, ids)
    assert frame.select("scheduled_actions", "scaling_policies").rows() == [
        ([], ["more"]),
        (["evening", "morning"], []),
    ]


def test_a_template_may_hide_in_a_mixed_instances_policy():
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2"}}}
    assert _launch_template({"LaunchTemplate": {"LaunchTemplateId": "lt-1"}}) == "lt-1"
    assert _launch_template({"MixedInstancesPolicy": mixed}) == "lt-2"
    assert _launch_template({"LaunchConfigurationName": "old"}) is None
