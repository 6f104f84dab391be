from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.change.limits import Tally, cut, safest_first
from include.core.changes import Change, Step
from include.policies.limits import DayLimit, Limit, Limits

FREE = {"max_changes": 10_000, "max_fleet_percent": 100, "max_fleet_count": 10_000, "max_usd_month": 1e9}


def change(
    resource_id,
    *,
    risk="low",
    saving="10",
    reversible=True,
    destructive=False,
    region="eu-west-1",
    fleet=100,
):
    return Change(
        action="fake.stop",
        account_id="111111111111",
        region=region,
        resource_type="ec2_instances",
        resource_id=resource_id,
        before={"state": "running"},
        after={"state": "stopped"},
        inverse=Step(action="fake.start", resource_id=resource_id) if reversible else None,
        check_id="ec2_idle",
        reason="idle",
        saving_usd_month=None if saving is None else Decimal(saving),
        risk=risk,
        effort="low",
        restart_needed=False,
        destructive=destructive,
        permissions=(),
        fleet_size=fleet,
    )


def limits(run=None, day=None, least=1):
    return Limits(run=Limit(**FREE | (run or {})), day=DayLimit(**FREE | (day or {})), max_fleet_min=least)


def kept(changes, *, day=None, today=None, least=1, **run):
    return [c.resource_id for c in cut(changes, limits(run, today, least), day or Tally())[0]]


@pytest.mark.parametrize(
    ("safer", "riskier"),
    [
        pytest.param({"risk": "low"}, {"risk": "medium"}, id="risk"),
        pytest.param({}, {"reversible": False}, id="reversible"),
        pytest.param({}, {"destructive": True}, id="destructive"),
        pytest.param({"saving": "1"}, {"saving": "99", "risk": "high"}, id="risk before money"),
        pytest.param({"saving": "99"}, {"saving": "1"}, id="dearer first among equals"),
        pytest.param({"saving": "1"}, {"saving": None}, id="known price first"),
    ],
)
def test_the_safest_part_is_kept(safer, riskier):
    pair = [change("riskier", **riskier), change("safer", **safer)]
    assert kept(pair, max_changes=1) == ["safer"]


@pytest.mark.parametrize(
    ("fleet", "percent", "count", "least", "expected"),
    [
        pytest.param(100, 5, 99, 2, 5, id="a share of a large fleet"),
        pytest.param(100, 5, 3, 1, 3, id="the count, where it is the smaller"),
        pytest.param(100, 5, 99, 9, 9, id="at least the minimum"),
        pytest.param(3, 50, 99, 2, 2, id="a small fleet"),
        pytest.param(1, 50, 99, 1, 1, id="a fleet of one"),
        pytest.param(10, 100, 99, 1, 10, id="all of it"),
        pytest.param(None, 50, 99, 2, 2, id="size unknown: the minimum only"),
    ],
)
def test_the_share_of_a_fleet(fleet, percent, count, least, expected):
    many = [change(f"i-{n}", fleet=fleet) for n in range(12)]
    assert len(kept(many, max_fleet_percent=percent, max_fleet_count=count, least=least)) == expected


def test_each_region_is_a_fleet_of_its_own():
    pair = [change("a", fleet=1), change("b", region="us-east-1", fleet=1)]
    assert len(kept(pair, max_fleet_percent=50)) == 2


def test_a_change_too_dear_leaves_room_for_cheaper_ones():
    several = [change("dear", saving="90"), change("mid", saving="40"), change("small", saving="10")]
    assert kept(several, max_usd_month=60) == ["mid", "small"]


def test_what_costs_more_is_money_at_risk_too():
    assert kept([change("grown", saving="-90")], max_usd_month=60) == []


@pytest.mark.parametrize(
    ("run", "day", "said"),
    [
        ({"max_usd_month": 60}, {}, "over the limit of USD 60 per month changed per run"),
        ({}, {"max_usd_month": 95}, "over the limit of USD 95 per month changed in 24 hours"),
        ({}, {"max_changes": 1}, "over the limit of 1 changes in 24 hours"),
        (
            {},
            {"max_fleet_percent": 1},
            "over the limit for a fleet: 1 of 100 ec2_instances in 111111111111/eu-west-1 in 24 hours",
        ),
    ],
)
def test_what_is_left_out_names_its_limit(run, day, said):
    before = Tally()
    before.add(change("earlier", saving="10"))
    _, left_out = cut([change("a", saving="90")], limits(run, day), before)
    assert [why for _, why in left_out] == [said]


def test_what_was_changed_today_leaves_less_for_this_run():
    before = Tally()
    for n in range(3):
        before.add(change(f"earlier-{n}"))
    many = [change(f"i-{n}") for n in range(9)]
    assert len(kept(many, day=before, today={"max_changes": 5})) == 2
    assert before.changes == 3


CHANGES = st.lists(
    st.builds(
        change,
        st.uuids().map(str),
        risk=st.sampled_from(["low", "medium", "high"]),
        saving=st.none() | st.decimals(0, 1000, places=2).map(str),
        reversible=st.booleans(),
        destructive=st.booleans(),
        fleet=st.just(10),
    ),
    max_size=12,
)


@given(CHANGES, st.integers(1, 6), st.integers(1, 6), st.floats(1, 100), st.floats(1, 2000))
def test_nothing_is_lost_and_no_limit_is_passed(changes, most, least, percent, money):
    run = {"max_changes": most, "max_fleet_percent": percent, "max_usd_month": money}
    inside, outside = cut(changes, limits(run, least=least), Tally())
    assert {c.change_id for c in changes} == {c.change_id for c in inside} | {c.change_id for c, _ in outside}
    assert len(inside) + len(outside) == len(changes)
    assert len(inside) <= min(most, max(least, int(10 * percent / 100)))
    assert sum(c.saving_usd_month or 0 for c in inside) <= Decimal(str(money))
    assert inside == sorted(inside, key=safest_first)
