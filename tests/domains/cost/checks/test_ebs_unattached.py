import pytest

from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

PRICES = {
    "ebs:gp3:gib-month": 0.08, "ebs:gp3:iops-month": 0.005, "ebs:gp3:mibps-month": 0.04,
    "ebs:io1:gib-month": 0.125, "ebs:io1:iops-month": 0.065, "ebs:st1:gib-month": 0.045,
    "ebs:snapshot:gib-month": 0.05,
}  # fmt: skip

FOUND = {
    "state": "available", "volume_type": "gp3", "size_gib": 100, "iops": 3000, "throughput_mibps": 125,
    "created_at": days_ago(30),
}  # fmt: skip

SEEN = {"idle": nothing()}


def verdict(idle=..., priced=PRICES, **overrides):
    stats = series("ebs_unattached", **(SEEN if idle is ... else {"idle": idle}))
    world = estate(stats, priced, ebs_volumes=[resource(**(FOUND | overrides))])
    return judged("ebs_unattached", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"created_at": days_ago(31)}, "FAIL", id="older than the threshold"),
        pytest.param({}, "FAIL", id="exactly at the threshold"),
        pytest.param({"created_at": days_ago(29.9)}, "PASS", id="younger"),
        pytest.param({"created_at": days_ago(2), "idle": None}, "PASS", id="young, whatever the telemetry"),
        pytest.param({"idle": {"sample_count": 1}}, "PASS", id="was attached within the window"),
        pytest.param({"idle": None}, "UNKNOWN", id="telemetry never asked for"),
        pytest.param({"created_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"size_gib": None}, "UNKNOWN", id="size unknown"),
        pytest.param({"volume_type": None}, "UNKNOWN", id="type unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"managed_by": "eks"}, "NOT_APPLICABLE", id="a persistent volume of a cluster"),
    ],
)
def test_only_volumes_unattached_for_the_whole_window_are_found(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize("state", ["in-use", "creating", "deleting"])
def test_a_volume_in_use_is_not_judged(state):
    assert verdict(state=state) is None


@pytest.mark.parametrize(
    ("overrides", "saving"),
    [
        pytest.param({}, 3.0, id="gp3 within what is included"),
        pytest.param({"iops": 4000, "throughput_mibps": 225}, 3.0 + 5.0 + 4.0, id="gp3 with extras"),
        pytest.param({"volume_type": "io1", "iops": 1000}, 7.5 + 65.0, id="io1 with its IOPS"),
        pytest.param({"volume_type": "io1", "iops": None}, None, id="IOPS unknown"),
        pytest.param({"volume_type": "io2", "iops": 100}, None, id="price unknown"),
    ],
)
def test_the_saving_is_the_volume_less_a_full_snapshot(overrides, saving):
    found = verdict(**overrides)
    assert found["saving_usd_month"] == (saving if saving is None else pytest.approx(saving))
    assert found["action"] == "ec2.snapshot_delete_volume"
    assert (found["sample_count"], found["coverage"], found["window_days"]) == (0, 0.0, 30)


def test_where_a_snapshot_costs_as_much_nothing_is_proposed():
    found = verdict(volume_type="st1")
    assert (found["status"], found["saving_usd_month"], found["action"]) == ("FAIL", None, None)
    assert "by hand" in found["reason"]


def test_the_threshold_may_not_undercut_the_window():
    with pytest.raises(ValueError, match="greater than or equal to 30"):
        judged("ebs_unattached", estate(), created_days=7)
