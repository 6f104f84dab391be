import pytest

from tests.domains.cost.world import days_ago, estate, judged, resource

PRICES = {"ebs:gp3:gib-month": 0.08, "ebs:snapshot:gib-month": 0.05}

FOUND = {
    "state": "stopped", "lifecycle": "on-demand", "stopped_at": days_ago(30), "instance_type": "m6i.large",
    "volume_ids": ["vol-1", "vol-2"],
}  # fmt: skip


def verdict(volumes=None, priced=PRICES, **overrides):
    disks = [resource(f"vol-{n}", volume_type="gp3", size_gib=100, state="in-use") for n in (1, 2)]
    world = estate(
        priced=priced,
        ec2_instances=[resource(**(FOUND | overrides))],
        ebs_volumes=disks if volumes is None else volumes,
    )
    return judged("ec2_stopped", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"stopped_at": days_ago(31)}, "FAIL", id="above the threshold"),
        pytest.param({}, "FAIL", id="exactly at the threshold"),
        pytest.param({"stopped_at": days_ago(29.9)}, "PASS", id="below it"),
        pytest.param({"stopped_at": None}, "UNKNOWN", id="since when unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"managed_by": "autoscaling"}, "NOT_APPLICABLE", id="the warm pool of a group"),
        pytest.param({"lifecycle": "spot"}, "NOT_APPLICABLE", id="a stopped spot instance comes back"),
    ],
)
def test_only_instances_stopped_for_long_are_found(case, status):
    assert verdict(**case)["status"] == status


def test_a_running_instance_is_not_judged():
    assert verdict(state="running") is None


def test_it_is_advice_and_saves_the_volumes_less_their_snapshots():
    found = verdict()
    assert (found["action"], found["params"]) == (None, None)
    assert found["saving_usd_month"] == 6.0
    assert "200 GiB" in found["reason"]
    assert found["price_source"] == "test"


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"volumes": []}, id="its volumes were not read"),
        pytest.param({"volume_ids": ["vol-1", "vol-9"]}, id="one of its volumes was not read"),
        pytest.param({"volume_ids": []}, id="no volume"),
        pytest.param({"volume_ids": None}, id="volumes unknown"),
        pytest.param({"priced": {"ebs:gp3:gib-month": 0.08}}, id="no snapshot price"),
        pytest.param({"priced": {}}, id="no price"),
    ],
)
def test_with_a_number_missing_the_saving_is_unknown(case):
    found = verdict(**case)
    assert (found["status"], found["saving_usd_month"]) == ("FAIL", None)
