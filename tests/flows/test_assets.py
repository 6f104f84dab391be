from types import SimpleNamespace

from include.flows.assets import ESTATE, snapshot_of


def events(*ids):
    return {"triggering_asset_events": {ESTATE: [SimpleNamespace(extra={"snapshot_id": one}) for one in ids]}}


def test_the_asked_snapshot_wins():
    assert snapshot_of(events("b"), "a") == "a"


def test_the_newest_event_is_taken_when_several_started_the_run():
    assert snapshot_of(events("20260101T000000Z-aa", "20260102T000000Z-bb")) == "20260102T000000Z-bb"


def test_a_run_by_hand_leaves_the_choice_to_the_lake():
    assert snapshot_of({}) is None
