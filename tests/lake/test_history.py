"""Telemetry over many snapshots: what must be read again, and every point once."""

from datetime import timedelta

import polars as pl
import pytest

from include.core.gaps import GAPS
from include.core.metrics import METRIC_WINDOWS, METRICS, MetricNeed
from include.lake.history import due, windows
from tests.lake.conftest import ACCOUNT, MONDAY, REGION, day, rows

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CPU = MetricNeed("ec2_instances", "AWS/EC2", "CPUUtilization", "Maximum", "InstanceId", window_days=92)
KIND = dict(zip(("resource_type", "namespace", "metric", "statistic"), CPU[:4], strict=True))


def read(*stretches, **different):
    """Windows that begin and end so many days after MONDAY."""
    return rows(
        "metric_windows",
        *(
            KIND | {"begins_at": MONDAY + b * DAY, "ends_at": MONDAY + e * DAY} | different
            for b, e in stretches
        ),
    )


DUE = [
    ("nothing was ever read", [], 92),
    ("yesterday, as far back as it goes", [(-93, -1)], 2),
    ("an hour ago", [(-93, -1 / 24)], 2),
    ("a month ago", [(-122, -30)], 31),
    ("longer ago than the window", [(-300, -100)], 92),
    ("not as far back", [(-15, -1)], 92),
    ("bit by bit", [(-94, -2), (-3, -1)], 2),
    ("bit by bit, told in any order", [(-3, -1), (-94, -2)], 2),
    ("with a hole", [(-94, -4), (-3, -1)], 92),
    ("later than now: a run for the past", [(-92, 5)], 92),
]


@pytest.mark.parametrize(("stretches", "days"), [c[1:] for c in DUE], ids=[c[0] for c in DUE])
def test_only_what_the_lake_lacks_is_due(stretches, days):
    assert due([CPU], read(*stretches), as_of=MONDAY) == [CPU._replace(window_days=days)]


@pytest.mark.parametrize(
    "other", [{"metric": "NetworkIn"}, {"statistic": "Sum"}, {"resource_type": "rds_instances"}]
)
def test_another_metrics_windows_say_nothing(other):
    assert due([CPU], read((-93, -1), **other), as_of=MONDAY)[0].window_days == 92


def test_windows_are_what_was_asked_for_longest_first_and_without_what_has_a_gap():
    gaps = pl.DataFrame([{"dataset": "rds_instances"}], schema=GAPS)
    needs = [CPU._replace(window_days=2), CPU._replace(window_days=14), CPU._replace(dataset="rds_instances")]
    frame = windows(needs, gaps, ACCOUNT, REGION, as_of=MONDAY)
    assert frame.schema == METRIC_WINDOWS
    assert frame.select("account_id", "resource_type", "begins_at", "ends_at").rows() == [
        (ACCOUNT, "ec2_instances", MONDAY - 14 * DAY, MONDAY)
    ]


def points(resource_id, *values):
    """Of the hours since MONDAY; the value says who wrote it."""
    series = KIND | {"resource_id": resource_id, "period_seconds": 3600}
    return [series | {"at": MONDAY + n * HOUR, "value": value} for n, value in values]


@pytest.fixture
def snapshots(lake):
    """`snapshots((0, window, rows), ...)`: lands telemetry of that day, read over the window (days)."""

    def land(*each, closed=True):
        for number, stretch, content in each:
            snapshot_id, as_of = day(number)
            lake.land("metrics", rows("metrics", *content), snapshot_id=snapshot_id, as_of=as_of)
            lake.land("metric_windows", read(stretch), snapshot_id=snapshot_id, as_of=as_of)
            if closed:
                lake.close(snapshot_id, as_of=as_of, targets=[f"{ACCOUNT}/{REGION}"], resources=0)
        return lake

    return land


def values(lake, since=MONDAY - 92 * DAY, until=MONDAY + 9 * DAY):
    frame = lake.telemetry(since=since, until=until).collect()
    assert frame.schema == METRICS
    return sorted(frame.select("resource_id", "value").rows())


def test_a_point_two_snapshots_have_is_the_newer_ones(snapshots):
    lake = snapshots(
        (1, (-91, 1), points("i-1", (0, 1.0), (12, 1.5))),
        (2, (0.25, 2), points("i-1", (12, 2.0), (30, 2.5))),
    )
    assert values(lake) == [("i-1", 1.0), ("i-1", 2.0), ("i-1", 2.5)]


def test_a_later_snapshot_with_a_longer_window_takes_over_what_one_between_had(snapshots):
    lake = snapshots(
        (1, (-91, 1), points("i-1", (0, 1.0))),
        (2, (0.25, 2), points("i-1", (30, 2.0))),
        (3, (-89, 3), points("i-1", (0, 3.0), (30, 3.5))),
    )
    assert values(lake) == [("i-1", 3.0), ("i-1", 3.5)]


def test_what_was_asked_for_in_vain_is_told_once(snapshots):
    nothing = [KIND | {"resource_id": "i-1", "period_seconds": 3600}]
    lake = snapshots((1, (-91, 1), nothing), (2, (0, 2), nothing))
    assert values(lake) == [("i-1", None)]


def test_what_lies_before_or_is_not_finished_is_left_out(snapshots):
    snapshots((1, (-91, 1), points("i-1", (0, 1.0), (5, 1.5))))
    lake = snapshots((2, (0, 2), points("i-1", (5, 9.0))), closed=False)
    assert values(lake, since=MONDAY + 3 * HOUR) == [("i-1", 1.5)]
    assert values(lake, until=MONDAY) == []


def test_telemetry_of_nobody_knows_which_window_is_left_out(snapshots, lake):
    snapshots((1, (-91, 1), points("i-1", (0, 1.0))))
    snapshot_id, as_of = day(2)
    lake.land("metrics", rows("metrics", *points("i-1", (0, 9.0))), snapshot_id=snapshot_id, as_of=as_of)
    lake.close(snapshot_id, as_of=as_of, targets=[], resources=0)
    assert values(lake) == [("i-1", 1.0)]


def test_a_targets_windows_are_its_own_and_of_finished_snapshots(snapshots):
    snapshots((1, (-91, 1), []))
    lake = snapshots((2, (0, 2), []), closed=False)
    assert lake.telemetry_windows(ACCOUNT, REGION)["ends_at"].to_list() == [MONDAY + DAY]
    assert lake.telemetry_windows(ACCOUNT, "us-east-1").height == 0
    assert lake.telemetry_windows(ACCOUNT, REGION).schema == METRIC_WINDOWS
