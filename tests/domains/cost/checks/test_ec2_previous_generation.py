import pytest

from include.domains.cost.checks.ec2_previous_generation import SUPERSEDED
from include.domains.cost.instance_types import instance_types
from tests.domains.cost.world import estate, judged, resource

PRICES = {"ec2:m4.xlarge:linux": 0.222, "ec2:m5.xlarge:linux": 0.214}

FOUND = {
    "instance_type": "m4.xlarge", "state": "running", "platform": "linux", "lifecycle": "on-demand",
    "root_device_type": "ebs", "architecture": "x86_64",
}  # fmt: skip


def verdict(priced=PRICES, **overrides):
    world = estate(priced=priced, ec2_instances=[resource(**(FOUND | overrides))])
    return judged("ec2_previous_generation", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="the successor is cheaper"),
        pytest.param({"priced": {**PRICES, "ec2:m5.xlarge:linux": 0.222}}, "PASS", id="costs the same"),
        pytest.param({"priced": {**PRICES, "ec2:m5.xlarge:linux": 0.23}}, "PASS", id="is dearer"),
        pytest.param({"instance_type": "m5.xlarge"}, "PASS", id="not superseded"),
        pytest.param({"instance_type": "m4.10xlarge"}, "NOT_APPLICABLE", id="no successor of this size"),
        pytest.param({"instance_type": "t2.medium", "architecture": "i386"}, "NOT_APPLICABLE", id="32 bit"),
        pytest.param({"architecture": None}, "UNKNOWN", id="architecture unknown"),
        pytest.param({"instance_type": None}, "UNKNOWN", id="type unknown"),
        pytest.param({"lifecycle": None}, "UNKNOWN", id="lifecycle unknown"),
        pytest.param({"managed_by": "autoscaling"}, "NOT_APPLICABLE", id="its group decides"),
        pytest.param({"lifecycle": "spot"}, "NOT_APPLICABLE", id="spot"),
    ],
)
def test_only_a_cheaper_successor_is_a_finding(case, status):
    assert verdict(**case)["status"] == status


def test_the_finding_names_the_successor():
    found = verdict()
    assert (found["action"], found["params"]) == ("ec2.modify_instance_type", {"instance_type": "m5.xlarge"})
    assert found["saving_usd_month"] == pytest.approx(0.008 * 730)
    assert "ENA and NVMe" in found["reason"]


@pytest.mark.parametrize("known", ["ec2:m4.xlarge:linux", "ec2:m5.xlarge:linux"])
def test_with_one_price_it_is_found_without_a_saving(known):
    found = verdict(priced={known: PRICES[known]})
    assert (found["status"], found["saving_usd_month"]) == ("FAIL", None)


def test_local_disks_make_it_advice_only():
    found = verdict(instance_type="r3.large")
    assert (found["status"], found["action"]) == ("FAIL", None)


def test_every_successor_exists_and_every_old_family_too():
    families = {name.partition(".")[0] for name in instance_types()["instance_type"]}
    assert set(SUPERSEDED) <= families
    assert set(SUPERSEDED.values()) <= families
    assert not set(SUPERSEDED.values()) & set(SUPERSEDED)
