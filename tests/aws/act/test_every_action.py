"""What holds of every action: done once, done twice, undone, and nothing used but what it declares."""

from collections.abc import Callable
from typing import Any

import pytest

from include.aws.act import action, ids
from include.core.changes import Change, Step
from tests.aws.act.estate import CASES
from tests.aws.act.running import Aws, Run, account

every_case = pytest.mark.parametrize("label", CASES)


@pytest.fixture
def doing(aws: Aws, run: Callable[..., Run]) -> Callable[[str], Run]:
    return lambda label: run(CASES[label].arrange(aws))


@every_case
def test_done_once_it_reads_as_promised(
    label: str, doing: Callable[[str], Run], planned: Callable[..., Change]
):
    it = doing(label)
    change = planned(it, it.read())
    assert it.read() == change.before, "reading twice must give the same: it is the precondition"
    assert change.after != change.before
    it.act(change.before)
    assert it.read() == change.after


@every_case
def test_done_twice_it_changes_nothing_more(label: str, doing: Callable[[str], Run]):
    it = doing(label)
    before = it.read()
    first = it.act(before)
    creating = [name for name in it.writes() if name.startswith("Create")]
    assert it.act(before) == first, "a result lost in a crash is found again"
    assert [name for name in it.writes() if name.startswith("Create")] == creating
    assert it.read() == it.after(before)


@every_case
def test_the_inverse_brings_the_before_image_back(
    label: str, doing: Callable[[str], Run], run: Callable[..., Run], planned: Callable[..., Change]
):
    it = doing(label)
    change = planned(it, it.read())
    result = it.act(change.before)
    step = it.inverse(change.before, result)
    if change.irreversible_because:
        assert step is None
        return
    assert step is not None
    assert change.inverse is not None, "a plan shows the way back before anything is done"
    assert change.inverse.action == step.action
    undo = run(step)
    undo_result = undo.act(undo.read())
    again = run(Step(action=it.step.action, resource_id=_now(it, undo_result), params=it.step.params))
    assert again.read() == change.before


def _now(it: Run, undo_result: dict[str, Any]) -> str:
    """A restored volume has a new id; everything else keeps its own."""
    return str(undo_result.get("volume_id", it.step.resource_id))


@every_case
def test_its_own_states_are_not_halfway(label: str, doing: Callable[[str], Run]):
    it = doing(label)
    before = it.read()
    assert not it.halfway(before, before)
    assert not it.halfway(it.after(before) or {}, before)
    assert not it.halfway({}, before), "gone is not halfway"


@pytest.mark.parametrize("action_id", ids())
def test_an_action_uses_all_the_permissions_it_declares(action_id: str):
    used: set[str] = set()
    for case in CASES.values():
        if case.action == action_id:
            with account() as aws:
                it = Run(case.arrange(aws))
                it.act(it.read())
                used |= it.used
    doing = action(action_id)
    assert used == {*doing.READ_PERMISSIONS, *doing.PERMISSIONS}


@pytest.mark.parametrize("action_id", ids())
def test_permissions_are_sorted_and_named_once(action_id: str):
    doing = action(action_id)
    assert list(doing.READ_PERMISSIONS) == sorted(set(doing.READ_PERMISSIONS))
    assert list(doing.PERMISSIONS) == sorted(set(doing.PERMISSIONS) - set(doing.READ_PERMISSIONS))


@pytest.mark.parametrize("action_id", ids())
def test_reading_needs_no_permission_to_write(action_id: str):
    verbs = [name.split(":")[1] for name in action(action_id).READ_PERMISSIONS]
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)


GONE = {
    "applicationautoscaling.set_scaling_target": "table/gone/dynamodb:table:ReadCapacityUnits",
    "ecs.set_desired_count": "shop/gone",
    "servicequotas.request_increase": "ec2/L-00000000",
    "ec2.delete_snapshot": "snap-0123456789abcdef0",
    "ec2.delete_nat_gateway": "nat-0123456789abcdef0",
    "ec2.modify_instance_type": "i-0123456789abcdef0",
    "ec2.modify_volume": "vol-0123456789abcdef0",
    "ec2.release_address": "eipalloc-0123456789abcdef0",
    "ec2.restore_volume": "vol-0123456789abcdef0",
    "ec2.snapshot_delete_volume": "vol-0123456789abcdef0",
    "ec2.start_instance": "i-0123456789abcdef0",
    "ec2.stop_instance": "i-0123456789abcdef0",
    "elb.delete_load_balancer": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/50dc6c495c0c9188"
    ),
}


@pytest.mark.parametrize("action_id", ids())
def test_a_resource_that_is_gone_reads_as_none(action_id: str, aws: Aws, run: Callable[..., Run]):
    params = {"kind": "network", "snapshot_id": "snap-0123456789abcdef0"}
    assert run(action_id, GONE.get(action_id, "gone"), params).read() is None


def test_a_classic_load_balancer_that_is_gone_reads_as_none(aws: Aws, run: Callable[..., Run]):
    assert run("elb.delete_load_balancer", "gone", {"kind": "classic"}).read() is None


@pytest.mark.parametrize("action_id", ids())
def test_there_is_a_way_back_or_a_reason_why_not(action_id: str):
    reason = action(action_id).IRREVERSIBLE_BECAUSE
    if reason is not None:
        assert len(reason.split()) > 3
    assert any(case.action == action_id for case in CASES.values()), "no case tries this action"
