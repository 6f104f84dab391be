from datetime import UTC, datetime

import polars as pl
import pytest

from include.core.datasets import names
from include.core.errors import PolicyError, TargetUnreachable
from include.core.gaps import GAPS
from include.core.metrics import METRIC_WINDOWS
from include.flows import estate, sessions
from include.lake import Lake

SNAPSHOT = estate.open_snapshot(datetime(2026, 3, 1, tzinfo=UTC), "manual__1")
TARGET = "111111111111/eu-west-1"


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setenv("WATCHKEEPER_LAKE", str(tmp_path / "lake"))
    return Lake.from_env()


@pytest.fixture
def locked_out(monkeypatch):
    def session(target, purpose):
        raise TargetUnreachable(f"{target.read_role} cannot be assumed (AccessDenied)")

    monkeypatch.setattr(sessions, "session", session)


def test_a_target_that_locks_us_out_is_unknown_through_and_through(lake, locked_out):
    collected = estate.collect(TARGET, SNAPSHOT)
    gaps = lake.staged(SNAPSHOT["snapshot_id"], "gaps")
    assert not collected["reached"]
    assert gaps["dataset"].to_list() == names()
    assert set(gaps["reason"]) == {
        "arn:aws:iam::111111111111:role/watchkeeper-read cannot be assumed (AccessDenied)"
    }


def test_it_does_not_keep_the_others_from_landing(lake, locked_out):
    collected = [estate.collect(TARGET, SNAPSHOT), {"target": "222222222222/eu-west-1", "reached": True}]
    landed = estate.land(SNAPSHOT, collected, {})
    assert landed["gaps"] == len(names())
    assert lake.latest_snapshot().targets == (TARGET, "222222222222/eu-west-1")


def test_a_snapshot_of_nothing_is_none(lake, locked_out):
    with pytest.raises(TargetUnreachable, match="no target could be read"):
        estate.land(SNAPSHOT, [estate.collect(TARGET, SNAPSHOT)], {})
    assert lake.latest_snapshot() is None


def test_a_refused_dataset_is_a_gap_in_every_target(lake):
    lake.stage(SNAPSHOT["snapshot_id"], "111111111111-eu-west-1", "gaps", GAPS.to_frame())
    collected = [{"target": TARGET, "reached": True}, {"target": "111111111111/us-east-1", "reached": True}]
    estate.land(SNAPSHOT, collected, {"amis": ["column state: null in ami-1"]})
    gaps = lake.read("gaps", SNAPSHOT["snapshot_id"]).collect()
    assert gaps.select("region", "dataset", "code").rows() == [
        ("eu-west-1", "amis", "ExpectationFailed"),
        ("us-east-1", "amis", "ExpectationFailed"),
    ]


def test_a_target_that_is_not_configured_is_named():
    with pytest.raises(PolicyError, match=r"999999999999/eu-west-1 not in targets\.yaml"):
        estate.choose_targets(["999999999999/eu-west-1"])


def test_targets_keep_the_order_of_the_policy():
    assert estate.choose_targets(None)[0] == TARGET
    assert estate.choose_targets([TARGET]) == [TARGET]


@pytest.mark.parametrize(("refused", "kept"), [({}, 1), ({"metrics": ["min: expected at least 0"]}, 0)])
def test_telemetry_that_is_refused_is_read_again(lake, refused, kept):
    kind = ("ec2_instances", "AWS/EC2", "CPUUtilization", "Maximum")
    stretch = (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    read = pl.DataFrame([(*TARGET.split("/"), *kind, *stretch)], schema=METRIC_WINDOWS, orient="row")
    lake.stage(SNAPSHOT["snapshot_id"], "111111111111-eu-west-1", "metric_windows", read)
    estate.land(SNAPSHOT, [{"target": TARGET, "reached": True}], refused)
    assert lake.telemetry_windows(*TARGET.split("/")).height == kept
