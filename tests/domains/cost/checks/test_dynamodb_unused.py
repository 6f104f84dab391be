import pytest

from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

PRICES = {"dynamodb:rcu:hour": 0.0001, "dynamodb:wcu:hour": 0.0005}

FOUND = {
    "state": "ACTIVE", "billing_mode": "PROVISIONED", "read_capacity": 100, "write_capacity": 100,
    "created_at": days_ago(30), "replica_count": 0, "table_class": "STANDARD", "index_names": [],
}  # fmt: skip


def verdict(stats=None, priced=PRICES, **overrides):
    world = estate(
        series("dynamodb_unused", **(stats or {})), priced, dynamodb_tables=[resource(**(FOUND | overrides))]
    )
    return judged("dynamodb_unused", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="nothing consumed"),
        pytest.param({"stats": {"read": nothing(), "write": nothing()}}, "FAIL", id="no datapoint"),
        pytest.param({"stats": {"read": {"sum": 0.5}}}, "PASS", id="half a unit read"),
        pytest.param({"stats": {"write": {"sum": 1.0}}}, "PASS", id="one unit written"),
        pytest.param({"stats": {"read": {"sum": 9.0, "sample_count": 3, "coverage": 0.004}}}, "PASS",
                     id="read once, in sparse datapoints"),
        pytest.param({"stats": {"read": None}}, "UNKNOWN", id="one series never asked for"),
        pytest.param({"created_at": days_ago(29.9)}, "UNKNOWN", id="younger than the window"),
        pytest.param({"created_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"billing_mode": None}, "UNKNOWN", id="billing mode unknown"),
        pytest.param({"read_capacity": None}, "UNKNOWN", id="capacity unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"read_capacity": 0, "write_capacity": 0}, "PASS", id="no capacity to save"),
    ],
)  # fmt: skip
def test_only_capacity_that_nobody_consumes_is_found(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize("overrides", [{"billing_mode": "PAY_PER_REQUEST"}, {"state": "CREATING"}])
def test_other_tables_are_not_judged(overrides):
    assert verdict(**overrides) is None


def test_the_saving_is_the_whole_capacity():
    found = verdict()
    assert found["saving_usd_month"] == pytest.approx((100 * 0.0001 + 100 * 0.0005) * 730)
    assert (found["action"], found["params"]) == (
        "dynamodb.set_billing_mode",
        {"billing_mode": "PAY_PER_REQUEST"},
    )


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"priced": {"dynamodb:rcu:hour": 0.0001}}, id="one price missing"),
        pytest.param({"table_class": "STANDARD_INFREQUENT_ACCESS"}, id="prices of another table class"),
    ],
)
def test_without_a_price_the_saving_is_unknown(case):
    found = verdict(**case)
    assert (found["status"], found["saving_usd_month"]) == ("FAIL", None)


def test_a_global_table_is_advice_only():
    found = verdict(replica_count=1)
    assert (found["status"], found["action"]) == ("FAIL", None)
    assert "replicas" in found["reason"]
