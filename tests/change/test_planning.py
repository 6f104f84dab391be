import json

import polars as pl
import pytest

from include.change import planning
from include.core.errors import LedgerUnavailable, PolicyError, TargetUnreachable
from include.ledger import Ledger, views
from tests.change.world import ACCOUNT, NOW, REGION, World, denied, finding, findings, plan, running


def reasons(planned):
    return {(one.finding["check_id"], one.finding["resource_id"]): one.why for one in planned.left_out}


def test_a_finding_becomes_a_change_with_its_live_before_image_and_the_way_back(ledger, world):
    (made,) = plan(ledger, world, [finding("i-1")]).plans
    (change,) = made.changes
    assert change.before == {"state": "running", "size": "large"}
    assert change.after == {"state": "stopped", "size": "large"}
    assert change.inverse.action == "fake.start"
    assert (change.risk, change.permissions) == ("low", ("fake:Describe", "fake:Change"))
    assert (str(change.saving_usd_month), change.price_date) == ("70.0000", "2026-11-01")
    assert (change.name, change.environment, change.check_id) == ("web", "development", "ec2_idle")


def test_the_plan_is_stored_under_its_digest_with_one_execution_per_change(ledger, world):
    (made,) = plan(ledger, world, [finding("i-1"), finding("i-2")], requester="vic").plans
    view = views.plan(ledger, made.digest[:12])
    assert view.plan == made
    assert (view.state, view.row.requester, view.row.run_id) == ("awaiting_sign_off", "vic", "run-1")
    assert [e.state for e in view.executions] == ["planned", "planned"]
    assert [row.kind for row in view.journal] == ["plan.stored"]
    assert str(view.row.saving_usd_month) == "140.0000"


def test_planning_again_in_the_same_run_gives_the_same_plan(ledger, world):
    first = plan(ledger, world, [finding("i-1"), finding("i-2")])
    again = plan(ledger, world, [finding("i-2"), finding("i-1")])
    assert [p.digest for p in again.plans] == [p.digest for p in first.plans]
    assert len(views.plans(ledger)) == 1
    assert len(views.plan(ledger, first.plans[0].digest).journal) == 1


def test_a_plan_nobody_answered_gives_way_when_its_run_plans_anew(ledger, world):
    (old,) = plan(ledger, world, [finding("i-1"), finding("i-2")]).plans
    world.resources["i-2"] = None
    (new,) = plan(ledger, world, [finding("i-1"), finding("i-2")]).plans
    assert {row.digest: row.state for row in views.plans(ledger)} == {
        old.digest: "expired",
        new.digest: "awaiting_sign_off",
    }


@pytest.mark.parametrize(
    ("overrides", "planned"),
    [
        pytest.param({}, 1, id="failed, with an action"),
        pytest.param({"status": "UNKNOWN"}, 0, id="unknown"),
        pytest.param({"status": "PASS"}, 0, id="passed"),
        pytest.param({"action": None}, 0, id="advice only"),
    ],
)
def test_only_failures_with_an_action_are_planned(ledger, world, overrides, planned):
    assert len(plan(ledger, world, [finding("i-1", **overrides)]).plans) == planned


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        pytest.param(lambda w: w.resources.update({"i-1": None}), "gone", id="gone"),
        pytest.param(
            lambda w: w.faults.update({("read", "i-1"): [denied()]}), "UnauthorizedOperation", id="denied"
        ),
        pytest.param(
            lambda w: w.resources["i-1"].update(state="stopped"), "nothing to do", id="done already"
        ),
    ],
)
def test_what_cannot_be_planned_is_left_out_with_the_reason(ledger, world, prepare, why):
    prepare(world)
    planned = plan(ledger, world, [finding("i-1"), finding("i-2")])
    assert [c.resource_id for c in planned.plans[0].changes] == ["i-2"]
    assert why in reasons(planned)["ec2_idle", "i-1"]


def test_an_unknown_action_is_left_out(ledger, world):
    planned = plan(ledger, world, [finding("i-1", action="fake.explode")])
    assert planned.plans == []
    assert "fake.explode" in reasons(planned)["ec2_idle", "i-1"]


def test_an_unreachable_target_is_left_out(ledger, world, monkeypatch):
    def refuse(account_id, region, service):
        raise TargetUnreachable(f"{account_id}: role refused")

    monkeypatch.setattr(world, "clients", refuse)
    assert "role refused" in reasons(plan(ledger, world, [finding("i-1")]))["ec2_idle", "i-1"]


@pytest.mark.parametrize(
    ("savings", "best", "also"),
    [
        pytest.param({"a": 10.0, "b": 30.0, "c": 20.0}, "b", ("c", "a"), id="dearest known saving"),
        pytest.param({"a": None, "b": 1.0}, "b", ("a",), id="known before unknown"),
        pytest.param({"b": 5.0, "a": 5.0}, "a", ("b",), id="equal: by name"),
        pytest.param({"b": None, "a": float("nan")}, "a", ("b",), id="none known: by name"),
    ],
)
def test_overlapping_findings_never_sum(ledger, world, savings, best, also):
    rows = [finding("i-1", check_id=check, saving_usd_month=saving) for check, saving in savings.items()]
    (change,) = plan(ledger, world, rows).plans[0].changes
    assert (change.check_id, change.also_found) == (best, also)


def test_the_next_best_takes_the_place_of_one_that_policy_forbids(ledger, world, policy):
    policy("rules: [{match: {action: fake.delete}, level: forbid}]")
    dear = finding("i-1", check_id="dear", action="fake.delete", saving_usd_month=99.0)
    planned = plan(ledger, world, [finding("i-1"), dear])
    assert [c.check_id for c in planned.plans[0].changes] == ["ec2_idle"]
    assert reasons(planned) == {("dear", "i-1"): "forbidden by policy rule 1"}


def test_one_plan_per_level_of_autonomy(ledger, world, policy):
    policy(
        "rules:\n"
        "  - {match: {action: fake.stop, environment: [development]}, level: auto}\n"
        "  - {match: {action: fake.delete}, level: two_person}\n"
    )
    rows = [
        finding("i-1"),
        finding("i-2", environment="production"),
        finding("i-3", action="fake.delete"),
    ]
    planned = plan(ledger, world, rows)
    assert [(p.level, p.changes[0].resource_id) for p in planned.plans] == [
        ("auto", "i-1"),
        ("sign_off", "i-2"),
        ("two_person", "i-3"),
    ]


def test_an_irreversible_change_is_not_auto_by_a_rule_for_everything(ledger, world, policy):
    policy("rules: [{match: {}, level: auto}]")
    planned = plan(ledger, world, [finding("i-1", action="fake.delete"), finding("i-2")])
    assert {p.level: p.changes[0].resource_id for p in planned.plans} == {"auto": "i-2", "sign_off": "i-1"}


def test_changes_over_a_limit_are_left_out_and_said_so(ledger, world, policy):
    policy("limits: {run: {max_changes: 2}, max_fleet_min: 100}")
    rows = [finding("i-1", action="fake.delete"), finding("i-2"), finding("i-3", saving_usd_month=500.0)]
    planned = plan(ledger, world, rows)
    assert [c.resource_id for c in planned.plans[0].changes] == ["i-3", "i-2"]
    assert reasons(planned) == {("ec2_idle", "i-1"): "over the limit of 2 changes per run"}


def test_the_fleet_s_share_is_counted_in_the_snapshot(ledger, world, policy):
    policy("limits: {run: {max_fleet_percent: 50}, max_fleet_min: 1}")
    rows = [{"account_id": ACCOUNT, "region": REGION, "resource_id": i} for i in world.resources]
    planned = plan(
        ledger, world, [finding(i) for i in world.resources], entities=lambda dataset: pl.LazyFrame(rows)
    )
    assert len(planned.plans[0].changes) == 2
    assert "2 of 5 ec2_instances" in planned.left_out[0].why


def test_a_plan_over_a_limit_is_refused_whole_where_policy_says_so(ledger, world, policy):
    policy("limits: {run: {max_changes: 2}, max_fleet_min: 100, over: refuse}")
    planned = plan(ledger, world, [finding(i) for i in ("i-1", "i-2", "i-3")])
    assert planned.plans == []
    assert sorted(set(reasons(planned).values())) == [
        "over the limit of 2 changes per run",
        "the whole plan is refused, for one of it is over the limit of 2 changes per run",
    ]
    assert len(planned.left_out) == 3
    assert views.plans(ledger) == []


def test_what_was_left_out_enters_the_journal(ledger, world):
    world.resources["i-1"] = None
    plan(ledger, world, [finding("i-1")])
    row, policy = views.journal(ledger)
    assert policy.kind == "policy.in_force"
    assert (row.kind, row.subject) == ("plan.left_out", "cost_sweep/run-1")
    assert json.loads(row.body)["left_out"][0]["resource_id"] == "i-1"


def test_no_findings_no_plan_no_journal(ledger, world):
    assert plan(ledger, world, []).plans == []
    assert views.journal(ledger) == []


def test_a_broken_policy_stops_planning(ledger, world, policy):
    policy(instead="rules: [{match: {acton: x}, level: auto}]")
    with pytest.raises(PolicyError, match=r"change\.yaml:1: rules\.0\.match\.acton"):
        plan(ledger, world, [finding("i-1")])
    assert views.plans(ledger) == []


def test_an_empty_policy_means_everything_needs_a_sign_off(ledger, world, policy):
    policy(instead="")
    assert [p.level for p in plan(ledger, world, [finding("i-1")]).plans] == ["sign_off"]


def test_a_ledger_out_of_reach_is_said_so(world):
    with pytest.raises(LedgerUnavailable, match="cannot be reached"):
        plan(Ledger("postgresql+psycopg://nobody@127.0.0.1:1/none"), world, [finding("i-1")])


def test_hostile_names_are_planned_as_they_are(ledger, world):
    name = "<script>\x1b[31m\u202e'; DROP TABLE plans; --" + "x" * 65536
    (made,) = plan(ledger, world, [finding("i-1", name=name)]).plans
    assert views.plan(ledger, made.digest).plan.changes[0].name == name


def test_real_actions_are_found_by_their_id(ledger, policy):
    planned = planning.plan_changes(
        ledger,
        findings(finding("i-1", action="no.such_action")),
        lambda dataset: pl.LazyFrame(),
        domain="cost",
        snapshot_id="s",
        as_of=NOW,
        clients=World(running("i-1")).clients,
        requester=None,
        dag_id="d",
        run_id="r",
        now=NOW,
    )
    assert "no action 'no.such_action'" in planned.left_out[0].why
