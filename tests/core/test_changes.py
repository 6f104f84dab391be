"""A plan's digest is its content: another for anything else, and never taken on trust."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from include.core.canonical import sha256
from include.core.changes import Change, ChangePlan, Effort, Level, Risk, Step
from include.core.errors import PlanChanged

AS_OF = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)

text = st.text(max_size=12)
state = st.dictionaries(
    text, st.none() | st.booleans() | st.integers() | text | st.lists(text, max_size=2), max_size=3
)
money = st.none() | st.decimals(min_value=0, max_value=10**6, places=6)
steps = st.builds(Step, action=text, resource_id=text, params=state)
changes = st.builds(
    Change,
    action=text,
    account_id=text,
    region=text,
    resource_type=text,
    resource_id=text,
    name=st.none() | text,
    environment=st.none() | text,
    tags=st.dictionaries(text, text, max_size=2),
    params=state,
    before=state,
    after=st.none() | state,
    inverse=st.none() | steps,
    irreversible_because=st.none() | text,
    check_id=text,
    reason=text,
    saving_usd_month=money,
    price_source=st.none() | text,
    price_date=st.none() | text,
    risk=st.sampled_from(get_args(Risk)),
    effort=st.sampled_from(get_args(Effort)),
    restart_needed=st.booleans(),
    destructive=st.booleans(),
    permissions=st.lists(text, max_size=2).map(tuple),
    fleet_size=st.none() | st.integers(0, 10**6),
    also_found=st.lists(text, max_size=2).map(tuple),
)
plans = st.builds(
    ChangePlan,
    domain=text,
    level=st.sampled_from(get_args(Level)),
    snapshot_id=text,
    as_of=st.datetimes(timezones=st.just(UTC)),
    requester=st.none() | text,
    policy_version=text,
    parent_digest=st.none() | text,
    changes=st.lists(changes, max_size=3, unique_by=lambda c: c.change_id).map(tuple),
)


def change(number: int = 1, **different: Any) -> Change:
    usual = {
        "action": "ec2.stop_instance",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ec2_instances",
        "resource_id": f"i-{number}",
        "before": {"state": "running"},
        "after": {"state": "stopped"},
        "check_id": "ec2_idle",
        "reason": "idle",
        "risk": "low",
        "effort": "low",
        "restart_needed": False,
        "destructive": False,
        "permissions": ("ec2:StopInstances",),
    }
    return Change.model_validate({**usual, **different})


def plan(*parts: Change, **different: Any) -> ChangePlan:
    usual = {
        "domain": "cost",
        "level": "sign_off",
        "snapshot_id": "s1",
        "as_of": AS_OF,
        "requester": None,
        "policy_version": "v1",
        "changes": parts,
    }
    return ChangePlan.model_validate({**usual, **different})


@given(plans)
def test_what_is_stored_is_read_back_whole(one):
    again = ChangePlan.read(one.content, one.digest)
    assert again == one
    assert again.digest == one.digest


@given(plans)
def test_the_digest_does_not_depend_on_the_order_of_fields(one):
    shuffled = json.loads(one.model_dump_json())
    for part in [shuffled, *shuffled["changes"]]:
        for key in sorted(part, reverse=True):
            part[key] = part.pop(key)
    for part in shuffled["changes"]:
        del part["change_id"]
    assert ChangePlan.model_validate(shuffled).digest == one.digest


@given(first=plans, second=plans)
def test_plans_that_share_a_digest_are_equal(first, second):
    assert first == second or first.digest != second.digest


def _of_plan() -> dict[str, Any]:
    return {
        "domain": "drift",
        "level": "two_person",
        "snapshot_id": "s2",
        "as_of": AS_OF + timedelta(microseconds=1),
        "requester": "ann",
        "policy_version": "v2",
        "parent_digest": "0" * 64,
        "run": "other",
        "changes": (change(2),),
    }


def _of_change() -> dict[str, Any]:
    return {
        "action": "ec2.other",
        "account_id": "222222222222",
        "region": "us-east-1",
        "resource_type": "amis",
        "resource_id": "i-9",
        "name": "n",
        "environment": "production",
        "params": {"a": 1},
        "before": {"state": "running", "tags": []},
        "after": None,
        "inverse": Step(action="a.b", resource_id="i-1"),
        "irreversible_because": "why",
        "check_id": "other",
        "reason": "idle.",
        "saving_usd_month": Decimal("0.000001"),
        "price_source": "s",
        "price_date": "2026-01-01",
        "risk": "high",
        "effort": "high",
        "restart_needed": True,
        "destructive": True,
        "permissions": (),
        "also_found": ("x",),
        "fleet_size": 7,
        "tags": {"team": "x"},
    }


def test_the_cases_below_cover_every_field():
    assert set(_of_plan()) == set(ChangePlan.model_fields)
    assert set(_of_change()) == set(Change.model_fields)


@pytest.mark.parametrize("field", _of_plan())
def test_every_field_of_a_plan_is_in_its_digest(field):
    assert plan(change(), **{field: _of_plan()[field]}).digest != plan(change()).digest


@pytest.mark.parametrize("field", _of_change())
def test_every_field_of_a_change_is_in_the_plans_digest(field):
    assert plan(change(**{field: _of_change()[field]})).digest != plan(change()).digest


def test_the_order_of_changes_is_in_the_digest_as_it_is_the_order_of_work():
    assert plan(change(1), change(2)).digest != plan(change(2), change(1)).digest


def test_an_unknown_saving_is_not_a_saving_of_nothing():
    assert plan(change(saving_usd_month=None)).digest != plan(change(saving_usd_month=Decimal(0))).digest


@given(one=plans, data=st.data())
def test_content_with_any_character_changed_is_refused(one, data):
    at = data.draw(st.integers(0, len(one.content) - 1))
    instead = data.draw(st.characters(codec="utf-8").filter(lambda c: c != one.content[at]))
    edited = one.content[:at] + instead + one.content[at + 1 :]
    with pytest.raises(PlanChanged, match=r"edited after it was planned.*will not be applied"):
        ChangePlan.read(edited, one.digest)


def test_content_of_another_plan_is_refused():
    with pytest.raises(PlanChanged, match=plan(change(1)).digest[:12]):
        ChangePlan.read(plan(change(2)).content, plan(change(1)).digest)


def test_content_with_a_field_nobody_knows_is_refused_though_its_hash_fits():
    raw = json.loads(plan(change()).content) | {"also": "this"}
    content = json.dumps(raw)
    with pytest.raises(ValidationError, match="also"):
        ChangePlan.read(content, sha256(content))


@given(one=plans, data=st.data())
def test_a_plan_cut_down_names_its_parent_and_keeps_the_rest_in_order(one, data):
    left_out = set(
        data.draw(st.lists(st.sampled_from([c.change_id for c in one.changes]), unique=True))
        if one.changes
        else []
    )
    cut = one.without(left_out)
    assert [c for c in one.changes if c.change_id not in left_out] == list(cut.changes)
    assert cut.parent_digest == one.digest
    assert cut.digest != one.digest
    assert cut.model_copy(update={"changes": one.changes, "parent_digest": one.parent_digest}) == one


def test_a_plan_adds_up_only_what_is_known():
    parts = [
        change(1, saving_usd_month=Decimal("1.10")),
        change(2, saving_usd_month=Decimal("2.20")),
        change(3),
    ]
    assert (plan(*parts).saving_usd_month, plan(*parts).unpriced) == (Decimal("3.30"), 1)
    assert (plan().saving_usd_month, plan().unpriced) == (Decimal(0), 0)


IDENTITY = {"action", "account_id", "region", "resource_id", "params"}


@pytest.mark.parametrize("field", _of_change())
def test_a_changes_id_says_what_is_done_to_what_and_not_why(field):
    other = change(**{field: _of_change()[field]})
    assert (other.change_id != change().change_id) == (field in IDENTITY)
    assert other.change_id.startswith("chg-")


@pytest.mark.parametrize("field", ["reason", "before", "changes"])
def test_neither_a_plan_nor_a_change_can_be_edited(field):
    made = plan(change())
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made if field == "changes" else made.changes[0], field, None)


def test_floats_in_a_state_cannot_hide_that_they_are_not_numbers():
    with pytest.raises(ValueError, match=r"nan|not JSON compliant|finite"):
        _ = plan(change(params={"x": float("nan")})).digest
