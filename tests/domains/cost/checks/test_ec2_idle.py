import pytest

from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

DAY = 14  # the window; sums below are per window

FOUND = {
    "instance_type": "m6i.large", "state": "running", "platform": "linux", "lifecycle": "on-demand",
    "root_device_type": "ebs", "launched_at": days_ago(14),
}  # fmt: skip


def instance(**overrides):
    return resource(**(FOUND | overrides))


def verdict(cpu=None, flow=None, priced=0.1, **overrides):
    """By default at 4.9 % CPU and 2 MB each way a day."""
    stats = series(
        "ec2_idle",
        cpu={"max": 4.9} | (cpu or {}),
        **{"in": {"sum": 2e6 * DAY} | (flow or {}), "out": {"sum": 2e6 * DAY} | (flow or {})},
    )
    world = estate(stats, {"ec2:m6i.large:linux": priced}, ec2_instances=[instance(**overrides)])
    return judged("ec2_idle", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="below both thresholds"),
        pytest.param({"cpu": {"max": 5.0}}, "PASS", id="peak CPU exactly at the threshold"),
        pytest.param({"cpu": {"max": 5.1}}, "PASS", id="peak CPU above it"),
        pytest.param({"flow": {"sum": 2.49e6 * DAY}}, "FAIL", id="just below the network threshold"),
        pytest.param({"flow": {"sum": 2.5e6 * DAY}}, "PASS", id="network exactly at the threshold"),
        pytest.param({"flow": {"sum": 5e9}}, "PASS", id="no CPU, but a relay for gigabytes"),
        pytest.param({"cpu": {"coverage": 0.9}}, "FAIL", id="just enough history"),
        pytest.param({"cpu": {"coverage": 0.899}}, "UNKNOWN", id="not enough history"),
        pytest.param({"flow": {"coverage": 0.5}}, "UNKNOWN", id="not enough network history"),
        pytest.param({"cpu": nothing()}, "UNKNOWN", id="no datapoint at all"),
        pytest.param({"launched_at": days_ago(13.9)}, "UNKNOWN", id="younger than the window"),
        pytest.param({"launched_at": None}, "UNKNOWN", id="launch time unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"lifecycle": None}, "UNKNOWN", id="lifecycle unknown"),
        pytest.param({"lifecycle": "spot"}, "NOT_APPLICABLE", id="spot"),
        pytest.param({"managed_by": "eks"}, "NOT_APPLICABLE", id="an EKS node"),
        pytest.param({"managed_by": "ecs"}, "NOT_APPLICABLE", id="an ECS node"),
        pytest.param({"managed_by": "autoscaling"}, "NOT_APPLICABLE", id="tagged by its group"),
    ],
)
def test_only_instances_that_do_nothing_are_idle(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize("state", ["stopped", "pending", "terminated"])
def test_only_running_instances_are_judged(state):
    assert verdict(state=state) is None


def test_a_member_that_only_its_group_lists_is_left_alone():
    world = estate(
        series("ec2_idle"),
        ec2_instances=[instance()],
        autoscaling_groups=[resource("asg", instance_ids=["r-0", "r-1"]), resource("empty", instance_ids=[])],
    )
    assert judged("ec2_idle", world)["r-1"]["status"] == "NOT_APPLICABLE"


def test_a_metric_that_was_never_asked_for_is_unknown():
    world = estate(series("ec2_idle", out=None), ec2_instances=[instance()])
    assert judged("ec2_idle", world)["r-1"]["status"] == "UNKNOWN"


def test_a_finding_carries_its_numbers():
    found = verdict()
    assert (found["saving_usd_month"], found["price_source"]) == (73.0, "test")
    assert (found["window_days"], found["sample_count"], found["coverage"]) == (14, 336, 1.0)
    assert (found["action"], found["params"]) == ("ec2.stop_instance", {})
    assert found["evidence"]["network_bytes_per_day"] == 4e6
    assert found["reason"].startswith("Peak CPU 4.9 % (below 5 %) and 4.0 MB network a day (below 5 MB)")


@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({"priced": 0.0}, id="price zero"),
        pytest.param({"priced": None}, id="price null"),
        pytest.param({"platform": "suse"}, id="no price for the platform"),
        pytest.param({"tenancy": "dedicated"}, id="list price is for shared tenancy"),
    ],
)
def test_without_a_price_the_saving_is_unknown(overrides):
    found = verdict(**overrides)
    assert found["status"] == "FAIL"
    assert (found["saving_usd_month"], found["price_source"], found["price_date"]) == (None, None, None)


@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({"instance_type": "m5d.large"}, id="local disks"),
        pytest.param({"instance_type": "zz9.large"}, id="nobody knows whether it has local disks"),
        pytest.param({"root_device_type": "instance-store"}, id="root on a local disk"),
        pytest.param({"managed_by": "cloudformation"}, id="its template is to be changed"),
    ],
)
def test_what_must_not_be_stopped_is_advice_only(overrides):
    found = verdict(**overrides)
    assert (found["status"], found["action"], found["params"]) == ("FAIL", None, None)


def test_thresholds_are_settable():
    world = estate(series("ec2_idle", cpu={"max": 9.0}), ec2_instances=[instance()])
    assert judged("ec2_idle", world)["r-1"]["status"] == "PASS"
    assert judged("ec2_idle", world, peak_cpu_percent=10)["r-1"]["status"] == "FAIL"
