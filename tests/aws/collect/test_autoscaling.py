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


def test_a_template_may_hide_in_a_mixed_instances_policy():
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2"}}}
    assert _launch_template({"LaunchTemplate": {"LaunchTemplateId": "lt-1"}}) == "lt-1"
    assert _launch_template({"MixedInstancesPolicy": mixed}) == "lt-2"
    assert _launch_template({"LaunchConfigurationName": "old"}) is None
