import pytest

from tests.domains.cost.world import days_ago, estate, judged, resource

FOUND = {"public_ip": "192.0.2.1"}
WEEK = days_ago(7)


def verdict(since=WEEK, others=(), **overrides):
    """`since`: first seen unassociated; `others`: first sightings of the target's other addresses."""
    seen = {} if since is None else {"r-1": since}
    seen |= {f"other-{n}": at for n, at in enumerate(others)}
    world = estate(
        priced={"eip:idle:hour": 0.005},
        since=seen,
        elastic_ips=[resource(**(FOUND | overrides))],
    )
    return judged("eip_unassociated", world)["r-1"]


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"since": days_ago(8)}, "FAIL", id="longer than the threshold"),
        pytest.param({}, "FAIL", id="exactly at the threshold"),
        pytest.param({"since": days_ago(6.9)}, "UNKNOWN", id="not watched for long enough"),
        pytest.param({"since": None}, "UNKNOWN", id="never seen before"),
        pytest.param({"since": days_ago(2), "others": [days_ago(15)]}, "PASS",
                     id="two days, of the fifteen we have watched"),
        pytest.param({"association_id": "eipassoc-1"}, "PASS", id="associated"),
        pytest.param({"association_id": "eipassoc-1", "since": None}, "PASS", id="associated, just seen"),
        pytest.param({"network_interface_id": "eni-1"}, "PASS", id="on an interface"),
        pytest.param({"managed_by": "eks"}, "NOT_APPLICABLE", id="a cluster's"),
    ],
)  # fmt: skip
def test_only_addresses_seen_unassociated_for_a_week_are_found(case, status):
    assert verdict(**case)["status"] == status


def test_the_finding_warns_that_the_address_is_lost():
    found = verdict()
    assert (found["action"], found["params"]) == ("ec2.release_address", {})
    assert found["saving_usd_month"] == 3.65
    assert "192.0.2.1" in found["reason"]
    assert "cannot be had back" in found["reason"]
