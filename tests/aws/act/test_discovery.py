"""Actions are found by their path, and only whole ones are handed out."""

from types import ModuleType

import pytest

from include.aws import act
from include.core.errors import WatchkeeperError

KNOWN = {
    "dynamodb": ["set_billing_mode"],
    "ec2": [
        "delete_nat_gateway",
        "delete_snapshot",
        "modify_instance_type",
        "modify_volume",
        "release_address",
        "restore_volume",
        "snapshot_delete_volume",
        "start_instance",
        "stop_instance",
    ],
    "elb": ["delete_load_balancer"],
    "logs": ["put_retention"],
    "rds": ["modify_instance_class", "snapshot_stop_instance", "start_instance"],
    "s3": ["put_lifecycle", "restore_lifecycle"],
}


def test_the_actions_that_stored_plans_name_are_there():
    assert {f"{service}.{name}" for service, names in KNOWN.items() for name in names} <= set(act.ids())


@pytest.mark.parametrize("action_id", act.ids())
def test_every_action_offers_the_whole_protocol(action_id: str):
    assert act.action(action_id).SERVICE


def test_an_unknown_action_is_named_with_those_there_are():
    with pytest.raises(WatchkeeperError, match=r"no action 'ec2\.explode'; expected one of: .*ec2\.stop"):
        act.action("ec2.explode")


def test_helpers_are_no_actions():
    assert not [name for name in act.ids() if "._" in name]


def test_a_module_that_lacks_part_of_the_protocol_is_refused(monkeypatch: pytest.MonkeyPatch):
    half = ModuleType("half")
    half.SERVICE = "ec2"
    monkeypatch.setattr(act, "modules", lambda package: {"ec2.half": half})
    with pytest.raises(WatchkeeperError, match=r"ec2\.half .*lacks DESTRUCTIVE, .*, after, .*read"):
        act.action("ec2.half")
