import pytest

from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

PRICES = {"ec2:m6i.2xlarge:linux": 0.4, "ec2:m6i.xlarge:linux": 0.2}

FOUND = {
    "instance_type": "m6i.2xlarge", "state": "running", "platform": "linux", "lifecycle": "on-demand",
    "root_device_type": "ebs", "launched_at": days_ago(30),
}  # fmt: skip


def verdict(cpu=None, priced=None, **overrides):
    """By default p99 40 % of 8 vCPUs: exactly 80 % of 4."""
    world = estate(
        series("ec2_oversized", cpu={"p99": 40.0, "max": 99.0, "mean": 10.0} | (cpu or {})),
        PRICES if priced is None else priced,
        ec2_instances=[resource(**(FOUND | overrides))],
    )
    return judged("ec2_oversized", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"cpu": {"p99": 39.9}}, "FAIL", id="below the threshold"),
        pytest.param({}, "FAIL", id="exactly at the threshold"),
        pytest.param({"cpu": {"p99": 40.1}}, "PASS", id="above it"),
        pytest.param({"cpu": {"coverage": 0.89}}, "UNKNOWN", id="not enough history"),
        pytest.param({"cpu": nothing()}, "UNKNOWN", id="no datapoint"),
        pytest.param({"launched_at": days_ago(13)}, "UNKNOWN", id="younger than the window"),
        pytest.param({"launched_at": None}, "UNKNOWN", id="launch time unknown"),
        pytest.param({"instance_type": None}, "UNKNOWN", id="type unknown"),
        pytest.param({"instance_type": "zz9.large"}, "UNKNOWN", id="type not in the list"),
        pytest.param({"instance_type": "m6i.large"}, "NOT_APPLICABLE", id="the smallest of its family"),
        pytest.param({"instance_type": "t3.large"}, "NOT_APPLICABLE", id="one down has as many vCPUs"),
        pytest.param({"instance_type": "m6i.metal"}, "NOT_APPLICABLE", id="metal is no step of a ladder"),
        pytest.param(
            {"instance_type": "g5.2xlarge"}, "NOT_APPLICABLE", id="a GPU's work is not seen in its CPU"
        ),
        pytest.param({"lifecycle": "spot"}, "NOT_APPLICABLE", id="spot"),
        pytest.param({"managed_by": "eks"}, "NOT_APPLICABLE", id="an EKS node"),
        pytest.param(
            {"priced": {**PRICES, "ec2:m6i.xlarge:linux": 0.4}}, "PASS", id="one down is no cheaper"
        ),
    ],
)
def test_only_what_fits_one_size_down_is_oversized(case, status):
    assert verdict(**case)["status"] == status


def test_the_finding_names_the_step_and_that_memory_is_not_seen():
    found = verdict()
    assert (found["action"], found["params"]) == ("ec2.modify_instance_type", {"instance_type": "m6i.xlarge"})
    assert found["saving_usd_month"] == 146.0
    assert "memory is not seen" in found["reason"]
    assert found["evidence"]["p99_cpu_percent_after"] == 80.0


@pytest.mark.parametrize("missing", ["ec2:m6i.2xlarge:linux", "ec2:m6i.xlarge:linux"])
def test_with_one_price_missing_it_is_found_without_a_saving(missing):
    found = verdict(priced={**PRICES, missing: 0.0})
    assert (found["status"], found["saving_usd_month"]) == ("FAIL", None)


def test_local_disks_make_it_advice_only():
    found = verdict(instance_type="m5d.2xlarge")
    assert (found["status"], found["action"]) == ("FAIL", None)
    assert "local disks would be erased" in found["reason"]


@pytest.mark.parametrize(
    ("mean", "status"),
    [pytest.param(20.0, "FAIL", id="within t3.xlarge's 40 %"), pytest.param(20.1, "PASS", id="beyond it")],
)
def test_a_burstable_step_must_be_sustained_by_credits(mean, status):
    assert verdict(instance_type="t3.2xlarge", cpu={"mean": mean, "p99": 30.0})["status"] == status
