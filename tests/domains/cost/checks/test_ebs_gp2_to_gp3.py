import pytest

from tests.domains.cost.world import estate, judged, resource

PRICES = {
    "ebs:gp2:gib-month": 0.10, "ebs:gp3:gib-month": 0.08, "ebs:gp3:iops-month": 0.005,
    "ebs:gp3:mibps-month": 0.04,
}  # fmt: skip

FOUND = {"state": "in-use", "volume_type": "gp2", "size_gib": 100, "attached_instance_ids": ["i-1"]}


def verdict(priced=PRICES, groups=(), instances=(), **overrides):
    world = estate(
        priced=priced,
        ebs_volumes=[resource(**(FOUND | overrides))],
        ec2_instances=instances,
        autoscaling_groups=groups,
    )
    return judged("ebs_gp2_to_gp3", world).get("r-1")


@pytest.mark.parametrize(
    ("gib", "iops", "mibps", "saving"),
    [
        pytest.param(1, 3000, 125, 0.02, id="the least gp2 sustains is 100 IOPS"),
        pytest.param(100, 3000, 125, 2.0, id="within what gp3 includes"),
        pytest.param(166, 3000, 125, 3.32, id="the last that needs no extra throughput"),
        pytest.param(200, 3000, 150, 4.0 - 1.0, id="150 MiB/s sustained"),
        pytest.param(333, 3000, 250, 6.66 - 5.0, id="250 MiB/s"),
        pytest.param(1000, 3000, 250, 20.0 - 5.0, id="the last that needs no extra IOPS"),
        pytest.param(1500, 4500, 250, 30.0 - 5.0 - 7.5, id="extra IOPS and throughput"),
        pytest.param(16000, 16000, 250, 320.0 - 5.0 - 65.0, id="gp2 ends at 16,000 IOPS"),
    ],
)
def test_what_gp2_sustains_is_kept_and_paid_for(gib, iops, mibps, saving):
    found = verdict(size_gib=gib)
    assert found["status"] == "FAIL"
    assert found["params"] == {"volume_type": "gp3", "iops": iops, "throughput_mibps": mibps}
    assert found["saving_usd_month"] == pytest.approx(saving)
    assert found["action"] == "ec2.modify_volume"


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"priced": {**PRICES, "ebs:gp3:gib-month": 0.0999}}, "FAIL", id="saves a little"),
        pytest.param({"priced": {**PRICES, "ebs:gp3:gib-month": 0.10}}, "PASS", id="saves nothing"),
        pytest.param({"priced": {**PRICES, "ebs:gp3:gib-month": 0.11}}, "PASS", id="would cost more"),
        pytest.param({"priced": {**PRICES, "ebs:gp3:mibps-month": 0.2}, "size_gib": 334}, "PASS",
                     id="the throughput eats the saving"),
        pytest.param({"size_gib": None}, "UNKNOWN", id="size unknown"),
        pytest.param({"volume_type": None}, "UNKNOWN", id="type unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"managed_by": "eks"}, "NOT_APPLICABLE", id="a persistent volume of a cluster"),
    ],
)  # fmt: skip
def test_only_a_change_that_saves_is_found(case, status):
    assert verdict(**case)["status"] == status


def test_an_unattached_volume_is_judged_as_well():
    assert verdict(state="available", attached_instance_ids=[])["status"] == "FAIL"


@pytest.mark.parametrize("overrides", [{"volume_type": "gp3"}, {"volume_type": "io1"}, {"state": "deleting"}])
def test_other_volumes_are_not_judged(overrides):
    assert verdict(**overrides) is None


@pytest.mark.parametrize(
    ("priced", "gib"),
    [
        pytest.param({}, 100, id="no price"),
        pytest.param(
            {"ebs:gp2:gib-month": 0.1, "ebs:gp3:gib-month": 0.08}, 200, id="extra throughput unpriced"
        ),
        pytest.param({**PRICES, "ebs:gp3:iops-month": 0.0}, 2000, id="extra IOPS unpriced"),
    ],
)
def test_with_a_price_missing_it_is_found_without_a_saving(priced, gib):
    found = verdict(priced=priced, size_gib=gib)
    assert (found["status"], found["saving_usd_month"]) == ("FAIL", None)


def test_extras_that_are_not_needed_need_no_price():
    assert verdict(priced={"ebs:gp2:gib-month": 0.1, "ebs:gp3:gib-month": 0.08})["saving_usd_month"] == 2.0


@pytest.mark.parametrize(
    "owner",
    [
        pytest.param({"groups": [resource("asg", instance_ids=["i-1"])],
                      "instances": [resource("i-1", lifecycle="on-demand")]}, id="disk of a group's member"),
        pytest.param({"instances": [resource("i-1", lifecycle="on-demand", managed_by="ecs")]}, id="of ECS"),
        pytest.param({"instances": [resource("i-1", lifecycle="spot")]}, id="of a spot instance"),
    ],
)  # fmt: skip
def test_disks_of_what_is_not_touched_by_itself_are_left_alone(owner):
    assert verdict(**owner)["status"] == "NOT_APPLICABLE"
