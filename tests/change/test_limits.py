from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.change.limits import cut, safest_first
from include.core.changes import Change, Step
from include.policies.change import Limits


def change(resource_id, *, risk="low", saving="10", reversible=True, destructive=False, region="eu-west-1"):
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
    )


def kept(changes, fleet=100, **limits):
    limits = {"max_fleet_min": 100} | limits
    return [c.resource_id for c in cut(changes, Limits(**limits), lambda one: fleet)[0]]


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
    ("fleet", "percent", "least", "expected"),
    [
        pytest.param(100, 5, 2, 5, id="a share of a large fleet"),
        pytest.param(100, 5, 9, 9, id="at least the minimum"),
        pytest.param(3, 50, 2, 2, id="a small fleet"),
        pytest.param(10, 100, 1, 10, id="all of it"),
        pytest.param(None, 50, 2, 2, id="size unknown: the minimum only"),
    ],
)
def test_the_share_of_a_fleet(fleet, percent, least, expected):
    many = [change(f"i-{n}") for n in range(12)]
    assert len(kept(many, fleet, max_fleet_percent=percent, max_fleet_min=least)) == expected


def test_each_region_is_a_fleet_of_its_own():
    pair = [change("a"), change("b", region="us-east-1")]
    assert len(kept(pair, 1, max_fleet_min=1)) == 2


def test_a_change_too_dear_leaves_room_for_cheaper_ones():
    several = [change("dear", saving="90"), change("mid", saving="40"), change("small", saving="10")]
    assert kept(several, max_saving_usd_month=60) == ["mid", "small"]


def test_what_is_left_out_names_its_limit():
    _, left_out = cut([change("a", saving="90")], Limits(max_saving_usd_month=60), lambda one: 9)
    assert [why for _, why in left_out] == ["over the limit of USD 60 per month changed in one run"]


CHANGES = st.lists(
    st.builds(
        change,
        st.uuids().map(str),
        risk=st.sampled_from(["low", "medium", "high"]),
        saving=st.none() | st.decimals(0, 1000, places=2).map(str),
        reversible=st.booleans(),
        destructive=st.booleans(),
    ),
    max_size=12,
)


@given(CHANGES, st.integers(1, 6), st.integers(1, 6), st.floats(1, 100), st.floats(1, 2000))
def test_nothing_is_lost_and_no_limit_is_passed(changes, most, least, percent, money):
    limits = Limits(
        max_changes=most, max_fleet_min=least, max_fleet_percent=percent, max_saving_usd_month=money
    )
    inside, outside = cut(changes, limits, lambda one: 10)
    assert {c.change_id for c in changes} == {c.change_id for c in inside} | {c.change_id for c, _ in outside}
    assert len(inside) + len(outside) == len(changes)
    assert len(inside) <= min(most, max(least, int(10 * percent / 100)))
    assert sum(c.saving_usd_month or 0 for c in inside) <= Decimal(str(money))
    assert inside == sorted(inside, key=safest_first)
