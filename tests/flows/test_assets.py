from types import SimpleNamespace

import pytest

from include.flows.assets import ESTATE, requester_of, snapshot_of


def context(*extras, by_hand=None):
    events = [SimpleNamespace(extra=extra) for extra in extras]
    run = SimpleNamespace(triggering_user_name=by_hand)
    return {"triggering_asset_events": {ESTATE: events}, "dag_run": run}


OLDER = {"snapshot_id": "20260101T000000Z-aa", "requester": "ann"}
NEWER = {"snapshot_id": "20260102T000000Z-bb", "requester": "ben"}


def test_the_asked_snapshot_wins():
    assert snapshot_of(context(NEWER), "a") == "a"


def test_the_newest_event_is_taken_when_several_started_the_run():
    assert snapshot_of(context(NEWER, OLDER)) == NEWER["snapshot_id"]


def test_a_run_by_hand_leaves_the_choice_to_the_lake():
    assert snapshot_of(context()) is None


@pytest.mark.parametrize(
    ("given", "requester"),
    [
        pytest.param(context(OLDER, by_hand="cho"), "cho", id="started by hand"),
        pytest.param(context(OLDER, NEWER), "ben", id="started the collection behind it"),
        pytest.param(context({"snapshot_id": "x", "requester": None}), None, id="a schedule"),
        pytest.param(context(), None, id="nobody known"),
    ],
)
def test_the_requester_is_whoever_started_the_chain(given, requester):
    assert requester_of(given) == requester
