import json

import placebo
import polars as pl
import pytest

from include.aws.collect.elb import load_balancers
from tests.conftest import SHARED_DATA
from tests.domains.cost.world import days_ago, estate, judged, resource

RECORDING = SHARED_DATA / "recordings" / "test_appelb_instance_count_zero"

FOUND = {
    "kind": "application", "state": "active", "created_at": days_ago(7), "target_group_count": 1,
    "target_count": 0,
}  # fmt: skip


def verdict(priced=0.025, **overrides):
    world = estate(priced={"elb:application:hour": priced}, load_balancers=[resource(**(FOUND | overrides))])
    return judged("load_balancer_without_targets", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"created_at": days_ago(8)}, "FAIL", id="older than the threshold"),
        pytest.param({}, "FAIL", id="exactly at the threshold"),
        pytest.param({"created_at": days_ago(6.9)}, "PASS", id="being built"),
        pytest.param({"target_count": 1}, "PASS", id="one target"),
        pytest.param({"target_count": 1, "healthy_count": 0}, "PASS", id="ill, but registered"),
        pytest.param({"kind": "classic", "target_group_count": 0}, "FAIL", id="classic"),
        pytest.param({"target_count": None}, "UNKNOWN", id="targets could not be read"),
        pytest.param({"created_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"kind": None}, "UNKNOWN", id="kind unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
        pytest.param({"managed_by": "eks"}, "NOT_APPLICABLE", id="of a cluster's ingress"),
    ],
)
def test_only_load_balancers_without_targets_are_found(case, status):
    assert verdict(**case)["status"] == status


def test_one_that_is_being_made_is_not_judged():
    assert verdict(state="provisioning") is None


def test_the_action_is_told_the_kind():
    found = verdict()
    assert (found["action"], found["params"]) == ("elb.delete_load_balancer", {"kind": "application"})
    assert found["saving_usd_month"] == 18.25
    assert verdict(priced=0.0)["saving_usd_month"] is None


def test_one_that_may_only_redirect_is_advice():
    found = verdict(target_group_count=0)
    assert (found["status"], found["action"]) == ("FAIL", None)
    assert "redirects" in found["reason"]


@pytest.mark.skipif(not RECORDING.is_dir(), reason="the shared recordings of real AWS responses are not here")
def test_the_recorded_load_balancers_get_the_recorded_verdict():
    import boto3

    session = boto3.Session(region_name="us-west-2")
    pill = placebo.attach(session, str(RECORDING))
    pill.playback()
    read = load_balancers(session.client("elbv2")).with_columns(account_id=pl.lit("644160558196"))
    pill.stop()
    world = estate() | {"load_balancers": read.lazy()}
    verdicts = (SHARED_DATA / "recordings" / "verdicts.jsonl").read_text().splitlines()
    [expected] = [v for v in map(json.loads, verdicts) if v["recording"] == RECORDING.name]
    found = judged("load_balancer_without_targets", world)
    assert {name for name, row in found.items() if row["status"] == "FAIL"} == set(expected["matched"])
