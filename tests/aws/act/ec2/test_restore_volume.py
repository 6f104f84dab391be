"""A restored volume is made once, like the one deleted, and only from a complete snapshot."""

from collections.abc import Callable

import pytest

from include.aws.act import action
from include.core.errors import ActionRefused
from tests.aws.act.estate import deleted_volume
from tests.aws.act.running import Aws, Run


def test_two_tokens_make_one_volume(aws: Aws, run: Callable[..., Run]):
    it = run(deleted_volume(aws))
    before = it.read()
    assert it.act(before, token="one") == it.act(before, token="two")
    assert len(aws("ec2").describe_volumes()["Volumes"]) == 1


def test_it_names_the_volume_it_stands_for(aws: Aws, run: Callable[..., Run]):
    it = run(deleted_volume(aws))
    it.act(it.read(), token="one")
    (made,) = aws("ec2").describe_volumes()["Volumes"]
    assert {tag["Key"]: tag["Value"] for tag in made["Tags"]} == {
        "team": "web",
        "watchkeeper:token": "one",
        "watchkeeper:restored": it.step.resource_id,
    }


def test_without_a_snapshot_id_it_says_how_to_get_one(aws: Aws, run: Callable[..., Run]):
    step = deleted_volume(aws)
    it = run(step.model_copy(update={"params": {**step.params, "snapshot_id": None}}))
    with pytest.raises(ActionRefused, match=r"snapshot_id.*its own token"):
        it.read()


def test_a_snapshot_that_is_not_complete_is_refused(aws: Aws, run: Callable[..., Run]):
    it = run(deleted_volume(aws))
    it.shows("DescribeSnapshots", lambda answer: answer["Snapshots"][0].update(State="pending"))
    with pytest.raises(ActionRefused, match="is pending; expected completed"):
        it.act(it.read())
    assert it.writes() == []


def test_it_waits_until_the_volume_is_there(aws: Aws, run: Callable[..., Run]):
    it = run(deleted_volume(aws))
    before = it.read()

    def creating(answer):
        for volume in answer["Volumes"]:
            volume["State"] = "creating"

    it.shows("DescribeVolumes", creating, creating, lambda answer: None)
    it.act(before)
    assert it.read() == it.after(before)


def test_halfway_is_a_volume_still_being_created():
    halfway = action("ec2.restore_volume").halfway
    before = {"snapshot_state": "completed", "volume": None}
    assert halfway({**before, "volume": {"ready": False}}, before, {}) is True
    assert halfway({**before, "volume": {"ready": True}}, before, {}) is False
