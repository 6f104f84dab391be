import pytest

from tests.domains.cost.world import days_ago, estate, judged, resource

GIB = 2**30

FOUND = {"stored_bytes": 100 * GIB, "created_at": days_ago(730), "log_group_class": "STANDARD"}


def verdict(priced=0.03, thresholds=None, **overrides):
    world = estate(priced={"logs:stored:gib-month": priced}, log_groups=[resource(**(FOUND | overrides))])
    return judged("log_group_no_retention", world, **(thresholds or {}))["r-1"]


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="kept for ever"),
        pytest.param({"retention_days": 1}, "PASS", id="one day"),
        pytest.param({"retention_days": 3653}, "PASS", id="ten years, but not for ever"),
        pytest.param({"log_group_class": "DELIVERY"}, "NOT_APPLICABLE", id="AWS fixes its retention"),
        pytest.param({"log_group_class": "INFREQUENT_ACCESS"}, "FAIL", id="infrequent access"),
        pytest.param({"stored_bytes": None}, "FAIL", id="size unknown"),
        pytest.param({"created_at": None}, "FAIL", id="age unknown"),
        pytest.param({"managed_by": "eks"}, "FAIL", id="of a cluster, but no member of one"),
    ],
)
def test_only_groups_without_a_retention_are_found(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize(
    ("environment", "days"),
    [("production", 365), ("prod", 365), (None, 365), ("development", 90), ("staging", 90)],
)
def test_the_retention_follows_the_environment(environment, days):
    found = verdict(environment=environment)
    assert found["params"] == {"retention_days": days}
    assert "older logs would be lost" in found["reason"]


@pytest.mark.parametrize(
    ("overrides", "saving"),
    [
        pytest.param({}, 1.5, id="half of it is older, if it came in evenly"),
        pytest.param(
            {"created_at": days_ago(366)}, pytest.approx(100 * 0.03 / 366, abs=1e-6), id="a day older"
        ),
        pytest.param({"created_at": days_ago(365)}, None, id="nothing older yet"),
        pytest.param({"created_at": days_ago(0)}, None, id="made today"),
        pytest.param({"created_at": None}, None, id="age unknown"),
        pytest.param({"stored_bytes": None}, None, id="size unknown"),
        pytest.param({"stored_bytes": 0}, None, id="empty"),
        pytest.param({"priced": None}, None, id="price unknown"),
    ],
)
def test_the_saving_is_an_estimate_of_what_is_older(overrides, saving):
    found = verdict(**overrides)
    assert found["saving_usd_month"] == saving
    assert "estimate" in found["evidence"]["saving_is"]


def test_thresholds_are_settable_to_what_cloudwatch_permits():
    assert verdict(thresholds={"production_days": 30})["params"] == {"retention_days": 30}
    with pytest.raises(ValueError, match="expected one of 1, 3, 5"):
        verdict(thresholds={"production_days": 42})
