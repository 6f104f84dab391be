"""What is accepted for a while: found, counted and told as before, and not changed. Nothing else is."""

import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from include.change import exemptions, signoff
from include.ledger import views
from include.policies.change import change_policy
from tests.change.world import ACCOUNT, NOW, REGION, answer, finding, findings, plan

KEPT = "{match: %s, owner: shop, reason: kept for the audit, ticket: OPS-7, approver: ann, expires: %s}"
TAGS = {"i-1": {"keep": "yes", "team": "shop"}, "i-2": {"keep": "no"}}


def tagged(dataset):
    """A snapshot whose instances carry tags."""
    rows = [
        {
            "account_id": ACCOUNT,
            "region": REGION,
            "resource_id": f"i-{n}",
            "tags": [{"key": k, "value": v} for k, v in TAGS.get(f"i-{n}", {}).items()],
        }
        for n in range(100)
    ]
    return pl.LazyFrame(rows)


def exempting(match, expires="2026-12-31"):
    return f"exemptions: [{KEPT % (match, expires)}]"


def judged(*rows, now=NOW):
    return exemptions.exempt(findings(*rows), tagged, *change_policy(), now)


@pytest.mark.parametrize(
    ("match", "covered"),
    [
        ("{check: ec2_idle}", {"i-1", "i-2"}),
        ("{check: 'ec2_*'}", {"i-1", "i-2"}),
        ("{check: EC2_IDLE}", set()),
        ("{check: ebs_unattached}", set()),
        ("{resource: i-1}", {"i-1"}),
        ("{resource: 'i-?'}", {"i-1", "i-2"}),
        ("{resource: i}", set()),
        ("{account: '111111111111', region: eu-west-1}", {"i-1", "i-2"}),
        ("{account: '222222222222'}", set()),
        ("{region: us-east-1}", set()),
        ("{environment: [development]}", {"i-1", "i-2"}),
        ("{environment: [production]}", set()),
        ("{tags: {keep: 'yes'}}", {"i-1"}),
        ("{tags: {keep: '*'}}", {"i-1", "i-2"}),
        ("{tags: {keep: '*', team: shop}}", {"i-1"}),
        ("{tags: {Keep: '*'}}", set()),
        ("{check: ec2_idle, resource: i-2, tags: {keep: 'yes'}}", set()),
    ],
)
def test_an_exemption_covers_what_fits_all_of_its_conditions(policy, match, covered):
    policy(exempting(match))
    found, used = judged(finding("i-1"), finding("i-2"))
    assert set(found.filter(status="EXEMPT")["resource_id"]) == covered
    assert set(found.filter(status="FAIL")["resource_id"]) == {"i-1", "i-2"} - covered
    assert used["findings"].to_list() == [len(covered)]


@pytest.mark.parametrize(
    ("text", "now", "why"),
    [
        pytest.param(exempting("{check: ec2_idle}"), NOW, None, id="in force"),
        pytest.param(
            exempting("{check: ec2_idle}", "2026-11-23"),
            datetime(2026, 11, 23, 23, 59, tzinfo=UTC),
            None,
            id="on its last day",
        ),
        pytest.param(
            exempting("{check: ec2_idle}", "2026-11-23"),
            datetime(2026, 11, 24, tzinfo=UTC),
            "it ended with 2026-11-23",
            id="a moment after its last day",
        ),
        pytest.param(
            exempting("{check: ec2_idle}", "null"), NOW, "it has no last day", id="without a last day"
        ),
        pytest.param(
            exempting("{check: ec2_idle}").replace("approver: ann", "approver: mallory"),
            NOW,
            "mallory is in no group of approvers",
            id="approved by nobody entitled",
        ),
        pytest.param(
            exempting("{check: ec2_idle}").replace("owner: shop", "owner: ann"),
            NOW,
            "its owner approved it",
            id="approved by its own owner",
        ),
    ],
)
def test_one_that_does_not_count_changes_nothing_and_says_so(policy, text, now, why):
    policy(text)
    found, used = judged(finding("i-1"), now=now)
    assert found["status"].to_list() == ["FAIL" if why else "EXEMPT"]
    (said,) = used["not_counted"]
    assert (said is None) if why is None else (why in said)


def test_the_finding_stays_with_its_reason_and_money_and_says_who_accepted_it(policy):
    policy(exempting("{check: ec2_idle}"))
    (row,) = judged(finding("i-1"))[0].iter_rows(named=True)
    said = "exempt until 2026-12-31 (OPS-7, shop, approved by ann): kept for the audit. Found: mean CPU 1 %"
    assert row["reason"].startswith(said)
    assert row["saving_usd_month"] == 70.0


def test_what_could_not_be_judged_cannot_be_accepted(policy):
    policy(exempting("{check: ec2_idle}"))
    found, used = judged(finding("i-1", status="UNKNOWN"))
    assert found["status"].to_list() == ["UNKNOWN"]
    assert used["findings"].to_list() == [0]


def test_every_verdict_is_still_counted(policy):
    policy(exempting("{resource: i-1}"))
    found, _ = judged(finding("i-1"), finding("i-2"), finding("i-1", check_id="ec2_oversized"))
    rows = [("ec2_idle", "FAIL", 2), ("ec2_idle", "PASS", 5), ("ec2_oversized", "FAIL", 1), ("x", "PASS", 0)]
    counts = exemptions.recount(pl.DataFrame(rows, schema=["check_id", "status", "n"], orient="row"), found)
    assert counts.rows() == [
        ("ec2_idle", "EXEMPT", 1),
        ("ec2_idle", "FAIL", 1),
        ("ec2_idle", "PASS", 5),
        ("ec2_oversized", "EXEMPT", 1),
        ("x", "PASS", 0),
    ]


def test_what_is_exempt_is_not_planned_and_the_journal_says_by_which_policy(ledger, world, policy):
    policy(exempting("{tags: {keep: 'yes'}}"))
    rows = judged(finding("i-1"), finding("i-2"))[0].rows(named=True)
    (made,) = plan(ledger, world, rows, entities=tagged).plans
    assert [change.resource_id for change in made.changes] == ["i-2"]
    (told,) = [json.loads(row.body) for row in views.journal(ledger) if row.kind == "findings.exempt"]
    assert [one["resource_id"] for one in told["exempt"]] == ["i-1"]
    assert "OPS-7" in told["exempt"][0]["why"]
    assert told["policy_version"] == change_policy()[1] == made.policy_version


def test_what_became_exempt_since_it_was_judged_is_left_out_with_the_reason(ledger, world, policy):
    policy(exempting("{resource: i-1}"))
    planned = plan(ledger, world, [finding("i-1"), finding("i-2")])
    assert [(one.finding["resource_id"], one.why.partition(" (")[0]) for one in planned.left_out] == [
        ("i-1", "exempt until 2026-12-31")
    ]


@pytest.mark.parametrize("match", ["{resource: i-1}", "{tags: {keep: 'yes'}}"])
def test_what_became_exempt_after_the_sign_off_is_not_applied(ledger, world, policy, carried, match):
    (made,) = plan(ledger, world, [finding("i-1"), finding("i-2")], entities=tagged).plans
    signoff.record(ledger, made.digest, answer(), now=NOW)
    policy(exempting(match))
    applied = carried(made.digest)
    states = {change.resource_id: applied.states[change.change_id] for change in made.changes}
    assert states == {"i-1": "skipped", "i-2": "applied"}
    assert world.effects == {"i-2": 1}
    (skipped,) = [r for r in views.plan(ledger, made.digest).journal if r.kind == "change.skipped"]
    assert "since it was planned exempt until 2026-12-31 (OPS-7" in json.loads(skipped.body)["why"]


def test_another_check_s_finding_on_the_resource_is_still_planned(ledger, world, policy):
    policy(exempting("{check: ec2_idle}"))
    rows = judged(finding("i-1"), finding("i-1", check_id="ec2_oversized", saving_usd_month=9.0))[0]
    (made,) = plan(ledger, world, rows.rows(named=True), entities=tagged).plans
    assert [change.check_id for change in made.changes] == ["ec2_oversized"]


def test_the_next_day_it_is_found_again(policy):
    policy(exempting("{check: ec2_idle}", date(2026, 11, 23).isoformat()))
    assert judged(finding("i-1"))[0]["status"].to_list() == ["EXEMPT"]
    assert judged(finding("i-1"), now=NOW + timedelta(days=1))[0]["status"].to_list() == ["FAIL"]
