import pytest

from tests.domains.cost.world import days_ago, estate, judged, nothing, resource, series

FOUND = {
    "state": "available", "created_at": days_ago(14), "instance_class": "db.m5.large", "engine": "postgres",
    "multi_az": False, "replica_ids": [],
}  # fmt: skip


def verdict(stats=None, priced=None, **overrides):
    world = estate(
        series("rds_idle", **(stats or {})),
        {"rds:db.m5.large:postgres:single": 0.2, "rds:db.m5.large:postgres:multi": 0.4}
        if priced is None
        else priced,
        rds_instances=[resource(**(FOUND | overrides))],
    )
    return judged("rds_idle", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="no connection"),
        pytest.param(
            {"stats": {"connections": {"max": 1.0, "mean": 0.001}}}, "PASS", id="one connection once"
        ),
        pytest.param({"stats": {"connections": {"coverage": 0.9}}}, "FAIL", id="just enough history"),
        pytest.param({"stats": {"connections": {"coverage": 0.89}}}, "UNKNOWN", id="not enough history"),
        pytest.param({"stats": {"connections": nothing()}}, "UNKNOWN", id="no datapoint is not zero"),
        pytest.param({"stats": {"connections": None}}, "UNKNOWN", id="never asked for"),
        pytest.param({"created_at": days_ago(13.9)}, "UNKNOWN", id="younger than the window"),
        pytest.param({"created_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"replica_ids": None}, "UNKNOWN", id="replicas unknown"),
        pytest.param({"replica_of": "main"}, "NOT_APPLICABLE", id="a replica: its work is to follow"),
        pytest.param({"replica_ids": ["copy"]}, "NOT_APPLICABLE", id="replicas depend on it"),
        pytest.param({"cluster_id": "aurora"}, "NOT_APPLICABLE", id="a cluster's member"),
    ],
)
def test_only_instances_nobody_connects_to_are_idle(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize("state", ["stopped", "creating", "modifying"])
def test_only_available_instances_are_judged(state):
    assert verdict(state=state) is None


@pytest.mark.parametrize(
    ("overrides", "saving"),
    [
        pytest.param({}, 146.0, id="one zone"),
        pytest.param({"multi_az": True}, 292.0, id="two zones"),
        pytest.param({"multi_az": None}, None, id="zones unknown"),
        pytest.param({"engine": "oracle-ee"}, None, id="no price for the engine"),
    ],
)
def test_the_saving_is_the_instance_price(overrides, saving):
    found = verdict(**overrides)
    assert found["saving_usd_month"] == saving
    assert found["action"] == "rds.snapshot_stop_instance"
    assert "again after 7 days" in found["reason"]


def test_what_aws_would_refuse_to_stop_is_advice_only():
    found = verdict(stop_blocked_because="SQL Server in Multi-AZ cannot be stopped")
    assert (found["status"], found["action"]) == ("FAIL", None)
    assert "SQL Server in Multi-AZ" in found["reason"]
