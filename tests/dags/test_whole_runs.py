"""Whole DAG runs on the simulated estate: a target each for approve, in part, reject and silence."""

import json
import urllib.request
from pathlib import Path

import pytest

from include.lake import Lake
from include.stack import iam
from tests import api_calls

pytestmark = pytest.mark.timeout(600)

APPROVED, IN_PART, REJECTED, SILENT = (
    "111111111111/us-east-1",
    "222222222222/eu-west-1",
    "111111111111/eu-west-1",
    "222222222222/us-east-1",
)


@pytest.fixture(scope="module")
def collected(run_dag, history):
    return run_dag("collect_estate")


@pytest.fixture
def sweep(run_dag, collected, plans_of):
    """Sweep one target, answering in one way; what became of the tasks, and the plans."""

    def run(target, **answer):
        done = run_dag("cost_sweep", {"targets": [target]}, **answer)
        return done, plans_of(done)

    return run


def states(view):
    return {execution.state for execution in view.executions}


def test_collecting_lands_every_target_and_says_what_was_refused(collected):
    assert collected["state"] == "success"
    assert {f"collect[{n}]" for n in range(4)} <= set(collected["tasks"])
    assert "AccessDenied" in collected["log"]


def test_the_sweep_finds_the_ground_truth_and_nothing_else(run_dag, collected, house):
    run_dag("cost_sweep", {"dry_run": True})
    truth = json.load(urllib.request.urlopen(f"{house['AWS_ENDPOINT_URL']}/watchkeeper-sim/truth"))
    lake, fields = (
        Lake(house["WATCHKEEPER_LAKE"]),
        ("check_id", "account_id", "region", "resource_id", "status"),
    )
    kept = lake.read("findings", lake.snapshot().snapshot_id).filter(domain="cost")
    found = kept.select(fields).collect()
    assert set(found.rows()) == {tuple(line[field] for field in fields) for line in truth["expected"]}


def test_a_dry_run_plans_and_asks_nothing(run_dag, collected, plans_of):
    done = run_dag("cost_sweep", {"dry_run": True})
    assert done["state"] == "success"
    assert {state for task, state in done["tasks"].items() if task.startswith("change.")} == {"skipped"}
    assert plans_of(done) == []


def test_a_corrupt_dataset_is_stopped_with_the_reason_and_only_that_one(run_dag_spoiled, spoiled):
    done = run_dag_spoiled("collect_estate")
    assert done["state"] == "success", done["log"][-3000:]
    assert "ebs_volumes: " in done["log"]
    assert "size_gib" in done["log"]
    lake = Lake(spoiled["WATCHKEEPER_LAKE"])
    snapshot_id = lake.snapshot().snapshot_id
    assert lake.read("ebs_volumes", snapshot_id).collect().is_empty()
    assert not lake.read("ec2_instances", snapshot_id).collect().is_empty()
    gaps = lake.read("gaps", snapshot_id).collect()
    assert set(gaps["dataset"]) == {"ebs_volumes"}
    assert set(gaps["code"]) == {"ExpectationFailed"}

    run_dag_spoiled("cost_sweep", {"dry_run": True})
    findings = lake.read("findings", snapshot_id).collect()
    said = dict(findings.filter(check_id="ebs_unattached").select("resource_id", "status").rows())
    assert said == {"*": "UNKNOWN"}
    assert "FAIL" in set(findings["status"])


@pytest.fixture(scope="module")
def approved(run_dag, collected):
    """One target swept, everything approved and applied."""
    return run_dag(
        "cost_sweep", {"targets": [APPROVED]}, option="Approve", user="ben", comment="agreed, go ahead"
    )


def test_what_is_approved_is_applied_and_verified(approved, plans_of, live):
    done, plans = approved, plans_of(approved)
    assert done["state"] == "success", done["log"][-3000:]
    assert [states(view) for view in plans] == [{"verified"}]
    assert [view.state for view in plans] == ["applied"]
    assert all(live(change) == change.after for change in plans[0].plan.changes)


def test_what_is_left_out_is_not_applied(sweep, live):
    unwanted = ["ec2_idle", "nat_gateway_idle", "rds_idle"]
    done, plans = sweep(IN_PART, option="Approve", user="ann", comment="not these", leave_out_checks=unwanted)
    assert done["state"] == "success", done["log"][-3000:]
    cut = next(view for view in plans if view.row.parent_digest)
    whole = next(view for view in plans if view.row.digest == cut.row.parent_digest)
    assert {c.check_id for c in whole.plan.changes} & set(unwanted)
    assert {c.check_id for c in cut.plan.changes}.isdisjoint(unwanted)
    assert states(whole) == {"left_out"}
    assert states(cut) == {"verified"}
    assert all(live(change) == change.after for change in cut.plan.changes)
    left_out = [change for change in whole.plan.changes if change.check_id in unwanted]
    assert all(live(change) == change.before for change in left_out)


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        pytest.param(REJECTED, {"option": "Reject", "user": "ann", "comment": "not now"}, id="reject"),
        pytest.param(SILENT, {"option": "Reject"}, id="silence"),
    ],
)
def test_reject_and_silence_change_nothing(sweep, live, target, answer):
    done, plans = sweep(target, **answer)
    assert done["state"] == "success", done["log"][-3000:]
    assert done["tasks"]["change.apply[0]"] == "skipped"
    assert [view.state for view in plans] == ["rejected"]
    assert all(live(change) == change.before for change in plans[0].plan.changes)


def test_an_answer_by_nobody_entitled_is_refused(sweep, live):
    done, plans = sweep(SILENT, option="Approve", user="vic", comment="let me in")
    assert done["tasks"]["change.sign_off[0]"] == "failed"
    assert done["tasks"]["change.apply[0]"] == "upstream_failed"
    assert done["state"] == "failed"
    assert [view.state for view in plans] == ["awaiting_sign_off"]
    assert all(live(change) == change.before for change in plans[0].plan.changes)


def of_role(house, role):
    """IAM actions the simulated AWS saw `role` use, in every run on this estate so far."""
    with urllib.request.urlopen(f"{house['AWS_ENDPOINT_URL']}/watchkeeper-sim/calls") as answer:
        return {row["action"] for row in json.load(answer) if row["role"] == role}


def allowed(policy):
    return set(policy["Statement"][0]["Action"])


def test_the_read_role_only_reads_and_stays_within_its_policy(house, approved):
    used = of_role(house, "watchkeeper-read")
    assert used >= {"ec2:DescribeVolumes", "cloudwatch:GetMetricData"}
    assert used <= allowed(iam.read_policy())


def test_the_change_role_changes_and_stays_within_its_policy(house, approved):
    used = of_role(house, "watchkeeper-change")
    assert used & (allowed(iam.change_policy()) - allowed(iam.read_policy())), "nothing was changed"
    assert used <= allowed(iam.change_policy())


def test_without_a_role_only_a_role_is_assumed(house, approved):
    assert of_role(house, None) == {"sts:AssumeRole"}


def test_only_what_applies_takes_the_change_role_and_acts(house, approved):
    made = api_calls.read(Path(house[api_calls.ENVIRONMENT]))
    took = {(one.role, one.task) for one in made if one.role}
    acted = {one.task for one in made if not one.reading}
    assert {task for role, task in took if role == "watchkeeper-change"} == {"change.apply"}
    assert {task for role, task in took if role == "watchkeeper-read"} >= {"collect", "plan", "change.verify"}
    assert acted == {"change.apply"}
