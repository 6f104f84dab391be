import pytest

from include.domains.cost.checks.rds_oversized import MIB
from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

GIB = 1024 * MIB
PRICES = {"rds:db.m5.xlarge:postgres:single": 0.4, "rds:db.m5.large:postgres:single": 0.2}
ALLOWED = 8 * GIB // 9_531_392  # postgres on db.m5.large

FOUND = {
    "state": "available", "created_at": days_ago(14), "instance_class": "db.m5.xlarge", "engine": "postgres",
    "multi_az": False, "replica_ids": [],
}  # fmt: skip

SEEN = {"free": {"min": 8.1 * GIB}}


def verdict(cpu=None, free=None, connections=None, priced=PRICES, **overrides):
    """By default just within every threshold: db.m5.xlarge has 16 GiB."""
    stats = series(
        "rds_oversized",
        cpu={"p95": 39.9, "max": 99.0, "mean": 10.0} | (cpu or {}),
        free=SEEN["free"] | (free or {}),
        connections={"max": 100.0} | (connections or {}),
    )
    world = estate(stats, priced, rds_instances=[resource(**(FOUND | overrides))])
    return judged("rds_oversized", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="within every threshold"),
        pytest.param({"cpu": {"p95": 40.0}}, "PASS", id="CPU exactly at the threshold"),
        pytest.param({"cpu": {"p95": 40.1}}, "PASS", id="CPU above it"),
        pytest.param({"free": {"min": 8.0 * GIB}}, "PASS", id="memory exactly at the threshold"),
        pytest.param({"free": {"min": 2.0 * GIB}}, "PASS", id="little CPU, but its memory in use"),
        pytest.param({"connections": {"max": ALLOWED / 2 - 1}}, "FAIL", id="connections below the threshold"),
        pytest.param({"connections": {"max": ALLOWED / 2}}, "PASS", id="connections exactly at it"),
        pytest.param({"cpu": {"coverage": 0.9}}, "FAIL", id="just enough history"),
        pytest.param({"free": {"coverage": 0.89}}, "UNKNOWN", id="not enough history of one series"),
        pytest.param({"connections": nothing()}, "UNKNOWN", id="no datapoint"),
        pytest.param({"created_at": days_ago(13.9)}, "UNKNOWN", id="younger than the window"),
        pytest.param({"created_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"engine": None}, "UNKNOWN", id="engine unknown"),
        pytest.param({"engine": "db2-se"}, "UNKNOWN", id="connection limit unknown"),
        pytest.param({"instance_class": None}, "UNKNOWN", id="class unknown"),
        pytest.param({"instance_class": "db.zz9.xlarge"}, "UNKNOWN", id="class not in the list"),
        pytest.param({"multi_az": None}, "UNKNOWN", id="zones unknown"),
        pytest.param({"instance_class": "db.m5.large"}, "NOT_APPLICABLE", id="the smallest class"),
        pytest.param({"instance_class": "db.t3.micro"}, "NOT_APPLICABLE", id="RDS has no nano"),
        pytest.param({"replica_of": "main"}, "NOT_APPLICABLE", id="a replica"),
        pytest.param({"cluster_id": "aurora"}, "NOT_APPLICABLE", id="a cluster's member"),
        pytest.param({"priced": {**PRICES, "rds:db.m5.large:postgres:single": 0.4}}, "PASS", id="no cheaper"),
    ],
)
def test_only_what_fits_one_class_down_is_oversized(case, status):
    assert verdict(**case)["status"] == status


def test_the_finding_names_the_class_and_its_numbers():
    found = verdict()
    assert (found["action"], found["params"]) == (
        "rds.modify_instance_class",
        {"instance_class": "db.m5.large"},
    )
    assert found["saving_usd_month"] == 146.0
    assert found["evidence"]["smaller_class_max_connections"] == ALLOWED == 901
    assert "below 50 % of the 901 of db.m5.large" in found["reason"]


def test_with_one_price_it_is_found_without_a_saving():
    found = verdict(priced={"rds:db.m5.xlarge:postgres:single": 0.4})
    assert (found["status"], found["saving_usd_month"]) == ("FAIL", None)


def test_a_database_with_replicas_may_be_made_smaller():
    assert verdict(replica_ids=["copy"])["status"] == "FAIL"


@pytest.mark.parametrize(
    ("mean", "status"),
    [pytest.param(20.0, "FAIL", id="within db.t3.medium's 20 %"), pytest.param(20.1, "PASS", id="beyond it")],
)
def test_a_burstable_class_must_be_sustained_by_credits(mean, status):
    found = verdict(instance_class="db.t3.large", cpu={"mean": mean}, free={"min": 7 * GIB})
    assert found["status"] == status
