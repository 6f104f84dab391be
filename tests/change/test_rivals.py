"""Two domains and one resource: whichever is first, the other is left out and says why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import polars as pl
import pytest

from include.change import planning, signoff
from include.change.rivals import key
from include.change.rollback import inverse_plan
from tests.change.test_planning import reasons
from tests.change.world import ACCOUNT, NOW, REGION, answer, estate, finding, findings

DAY = timedelta(days=1)
FREE = "limits: {max_fleet_min: 100000, cooldown_hours: 0}"


@pytest.fixture
def sweep(ledger, world):
    """Plans a finding for one domain; what became of it."""

    def run(domain, *rows, run_id="r", now=NOW, entities=None, beside=None):
        return planning.plan_changes(
            ledger,
            findings(*(row | {"domain": domain} for row in rows)),
            entities or estate(),
            domain=domain,
            snapshot_id="s",
            as_of=now,
            clients=world.clients,
            requester=None,
            dag_id=f"{domain}_sweep",
            run_id=run_id,
            now=now,
            action=world.action,
            beside=beside,
        )

    return run


def signed(ledger, made, now=NOW):
    (plan,) = made.plans
    signoff.record(ledger, plan.digest, answer(at=now), now=now)
    return plan


@pytest.mark.parametrize(("first", "second"), [("cost", "capacity"), ("capacity", "cost")])
def test_an_open_plan_of_another_domain_is_named_and_nothing_is_planned_against_it(first, second, sweep):
    (plan,) = sweep(first, finding("i-1")).plans
    made = sweep(second, finding("i-1"), finding("i-2"))
    assert [change.resource_id for one in made.plans for change in one.changes] == ["i-2"]
    assert reasons(made) == {
        ("ec2_idle", "i-1"): f"plan {plan.digest[:12]} of {first} is on the same resource and awaits its "
        "sign-off: settle that first, then sweep again"
    }


def test_once_it_was_rejected_the_way_is_free(ledger, sweep):
    (plan,) = sweep("cost", finding("i-1")).plans
    signoff.record(ledger, plan.digest, answer(option="Reject"), now=NOW)
    assert reasons(sweep("capacity", finding("i-1"))) == {}


def test_a_domain_is_no_rival_of_itself(sweep):
    sweep("cost", finding("i-1"))
    assert reasons(sweep("cost", finding("i-1"), run_id="another")) == {}


def test_what_another_domain_changed_is_left_alone_for_a_week(ledger, world, policy, sweep, carried):
    policy(FREE)
    plan = signed(ledger, sweep("cost", finding("i-1")))
    carried(plan.digest)
    world.resources["i-1"]["state"] = "running"
    (why,) = reasons(sweep("capacity", finding("i-1"), now=NOW + 6 * DAY)).values()
    assert why.startswith(f"plan {plan.digest[:12]} of cost changed it on {NOW:%Y-%m-%d %H:%M} UTC")
    assert reasons(sweep("capacity", finding("i-1"), now=NOW + 8 * DAY)) == {}


def test_what_was_rolled_back_holds_nothing_up(ledger, world, policy, sweep, carried):
    policy(FREE)
    plan = signed(ledger, sweep("cost", finding("i-1")))
    carried(plan.digest)
    road = {"requester": "ben", "dag_id": "roll_back_plan", "run_id": "back", "now": NOW}
    back = inverse_plan(ledger, plan.digest, world.clients, action=world.action, **road).plans[0]
    signoff.record(ledger, back.digest, answer(), now=NOW)
    assert set(carried(back.digest).states.values()) == {"applied"}
    assert reasons(sweep("capacity", finding("i-1"))) == {}


@pytest.fixture
def both(ledger, policy, sweep, monkeypatch):
    """A plan of each domain for one resource, both signed off: as if neither had seen the other."""
    policy(FREE)
    with monkeypatch.context() as blind:
        blind.setattr(planning.rivals, "in_plans", lambda *_: {})
        return {domain: signed(ledger, sweep(domain, finding("i-1"))) for domain in ("cost", "capacity")}


@pytest.mark.parametrize("order", [("cost", "capacity"), ("capacity", "cost")])
def test_of_two_signed_plans_the_first_to_claim_wins(order, both, world, carried):
    first, second = (both[domain] for domain in order)
    assert set(carried(first.digest).states.values()) == {"applied"}
    world.resources["i-1"]["state"] = "running"  # as the second still expects it
    done = carried(second.digest)
    assert set(done.states.values()) == {"skipped"}
    assert f"plan {first.digest[:12]} of {order[0]} changed it" in next(iter(done.reasons.values()))
    assert world.resources["i-1"]["state"] == "running"


def test_of_two_sweeps_at_once_one_sees_the_other(sweep):
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda domain: sweep(domain, finding("i-1")), ("cost", "capacity")))
    assert sorted(len(one.plans) for one in made) == [0, 1]
    assert sorted(len(one.left_out) for one in made) == [0, 1]


def grouped(dataset):
    """A snapshot in which i-1 belongs to the group `web`."""
    row = {"account_id": ACCOUNT, "region": REGION, "resource_id": "web", "instance_ids": ["i-1"]}
    return pl.LazyFrame([row]) if dataset == "autoscaling_groups" else estate()(dataset)


def test_a_group_and_its_instances_are_changed_by_one_domain_at_a_time(world, sweep):
    world.resources["web"] = {"state": "running", "size": "large"}
    group = finding("web", resource_type="autoscaling_groups")
    sweep("capacity", group, entities=grouped)
    left_out = reasons(sweep("cost", finding("i-1"), finding("i-2"), entities=grouped))
    assert set(left_out) == {("ec2_idle", "i-1")}


@pytest.mark.parametrize(
    ("listed", "resource"),
    [
        (("scaling_targets", "table/orders/dynamodb:table:ReadCapacityUnits"), ("dynamodb_tables", "orders")),
        (("scaling_targets", "table/orders/index/by-day/dynamodb:index:ReadCapacityUnits"),
         ("dynamodb_tables", "orders")),
        (("scaling_targets", "service/shop/web/ecs:service:DesiredCount"), ("ecs_services", "shop/web")),
        (("lambda_concurrency", "hook"), ("lambda_functions", "hook")),
        (("ebs_volumes", "vol-1"), ("ebs_volumes", "vol-1")),
    ],
)  # fmt: skip
def test_one_resource_has_one_name_whatever_lists_it(listed, resource):
    assert key("1", "eu", *listed) == ("1", "eu", *resource)


def says(domain, resource_id="i-1", **more):
    row = finding(resource_id, domain=domain, check_id=f"{domain}_check", reason="it says so", **more)
    return findings(row)


@pytest.mark.parametrize(
    ("domain", "beside", "held"),
    [
        pytest.param("cost", says("capacity", action=None), True, id="running out is not made smaller"),
        pytest.param("cost", says("capacity", status="UNKNOWN"), False, id="not known to run out"),
        pytest.param("cost", says("capacity", "i-2"), False, id="another resource runs out"),
        pytest.param("cost", says("compliance"), False, id="nothing to do with sizes"),
        pytest.param("capacity", says("cost"), True, id="both set the same"),
        pytest.param("capacity", says("cost", action="ec2.other"), False, id="room of another kind"),
    ],
)
def test_a_fresh_finding_of_another_domain_holds_a_change_that_contradicts_it(domain, beside, held, sweep):
    made = sweep(domain, finding("i-1"), beside=beside)
    other = beside["domain"][0]
    said = f"{other} says otherwise of this resource ({other}_check): it says so"
    assert reasons(made) == ({("ec2_idle", "i-1"): said} if held else {})
