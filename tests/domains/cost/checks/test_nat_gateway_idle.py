import pytest

from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

FOUND = {"state": "available", "created_at": days_ago(14)}


def verdict(stats=None, priced=0.048, **overrides):
    world = estate(
        series("nat_gateway_idle", **(stats or {})),
        {"nat:hour": priced},
        nat_gateways=[resource(**(FOUND | overrides))],
    )
    return judged("nat_gateway_idle", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="nothing at all"),
        pytest.param({"stats": {"in": {"sum": 1.0}}}, "PASS", id="one byte in"),
        pytest.param({"stats": {"out": {"sum": 1.0}}}, "PASS", id="one byte out"),
        pytest.param({"stats": {"active": {"max": 1.0}}}, "PASS", id="one connection without a byte"),
        pytest.param({"stats": {"in": {"coverage": 0.9}}}, "FAIL", id="just enough history"),
        pytest.param({"stats": {"in": {"coverage": 0.89}}}, "UNKNOWN", id="not enough history"),
        pytest.param({"stats": {"active": nothing()}}, "UNKNOWN", id="no datapoint is not zero"),
        pytest.param({"stats": {"out": None}}, "UNKNOWN", id="one series never asked for"),
        pytest.param({"created_at": days_ago(13.9)}, "UNKNOWN", id="younger than the window"),
        pytest.param({"created_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
    ],
)
def test_only_gateways_that_carried_nothing_are_idle(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize("state", ["pending", "failed", "deleting", "deleted"])
def test_only_available_gateways_are_judged(state):
    assert verdict(state=state) is None


def test_the_saving_is_the_hourly_price():
    found = verdict()
    assert found["saving_usd_month"] == 35.04
    assert found["action"] == "ec2.delete_nat_gateway"
    assert "336 datapoints" in found["reason"]
    assert verdict(priced=None)["saving_usd_month"] is None
