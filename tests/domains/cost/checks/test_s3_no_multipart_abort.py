import pytest

from tests.domains.cost.world import days_ago, estate, judged, resource

GIB = 2**30

FOUND = {"lifecycle_rules": "[]", "multipart_upload_count": 0, "multipart_bytes": 0}


def verdict(priced=0.023, thresholds=None, **overrides):
    world = estate(priced={"s3:standard:gib-month": priced}, s3_buckets=[resource(**(FOUND | overrides))])
    return judged("s3_no_multipart_abort", world, **(thresholds or {}))["r-1"]


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({}, "FAIL", id="no rule"),
        pytest.param({"aborts_multipart_days": 6}, "PASS", id="sooner than asked for"),
        pytest.param({"aborts_multipart_days": 7}, "PASS", id="exactly at the threshold"),
        pytest.param({"aborts_multipart_days": 8}, "FAIL", id="later"),
        pytest.param({"lifecycle_rules": '[{"ID": "archive"}]'}, "FAIL", id="a rule for something else"),
        pytest.param({"lifecycle_rules": None}, "UNKNOWN", id="lifecycle could not be read"),
        pytest.param({"managed_by": "cloudformation"}, "FAIL", id="made by a stack"),
    ],
)
def test_only_buckets_that_keep_parts_for_ever_are_found(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize(
    ("overrides", "saving"),
    [
        pytest.param({"multipart_bytes": 10 * GIB}, 0.23, id="sized"),
        pytest.param({"multipart_bytes": 0}, None, id="nothing to save yet"),
        pytest.param({"multipart_bytes": 1}, None, id="less than a millionth of a dollar"),
        pytest.param({"multipart_bytes": None}, None, id="not sized"),
        pytest.param({"multipart_bytes": 10 * GIB, "priced": 0.0}, None, id="price unknown"),
    ],
)
def test_the_saving_is_what_the_parts_cost(overrides, saving):
    assert verdict(**overrides)["saving_usd_month"] == saving


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({}, "none is unfinished now"),
        (
            {"multipart_upload_count": 2, "oldest_multipart_at": days_ago(40)},
            "2 unfinished now, the oldest for 40 days",
        ),
        ({"multipart_upload_count": 2}, "2 unfinished now."),
        ({"multipart_upload_count": None}, "could not be counted"),
    ],
)
def test_the_reason_says_what_lies_around(overrides, words):
    assert words in verdict(**overrides)["reason"]


def test_the_action_gets_the_days_of_the_policy():
    assert verdict()["params"] == {"abort_multipart_days": 7}
    assert verdict(thresholds={"abort_days": 3}, aborts_multipart_days=7)["params"] == {
        "abort_multipart_days": 3
    }
    assert verdict(managed_by="cloudformation")["action"] is None
