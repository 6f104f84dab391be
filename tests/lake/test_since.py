"""Since when a column has had its present value: the first observation of the unbroken run."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.core.errors import WatchkeeperError
from include.lake._since import since
from tests.lake.conftest import MONDAY, REGION, TARGET, day, rows, volumes

FREE, USED = "available", "in-use"


@pytest.mark.parametrize(
    ("states", "first"),
    [
        pytest.param([FREE], 0, id="the first observation is all there is"),
        pytest.param([FREE, FREE, FREE], 0, id="never anything else"),
        pytest.param([USED, FREE, FREE], 1, id="changed"),
        pytest.param([FREE, USED, FREE], 2, id="the same value earlier does not count"),
        pytest.param([FREE, USED, FREE, FREE, USED, USED], 4, id="the last run counts"),
        pytest.param([FREE, FREE, USED], 2, id="changed today"),
        pytest.param([None, None], 0, id="null is a value like any other"),
        pytest.param([FREE, None, FREE], 2, id="null breaks a run"),
        pytest.param([None, FREE, FREE], 1, id="from null"),
        pytest.param([FREE, "gone", FREE], 2, id="a reading that did not find it breaks the run"),
        pytest.param([FREE, "unread", FREE], 0, id="a target that could not be read breaks nothing"),
        pytest.param([USED, "unread", FREE], 2, id="a change while nobody could look is seen afterwards"),
        pytest.param([FREE, "unread", "gone", FREE], 3, id="gone after not being read"),
        pytest.param(["gone", "gone", FREE], 2, id="it is new"),
    ],
)
def test_since_is_the_first_observation_of_the_present_run(lake, history, states, first):
    asked = [
        None if state == "unread" else {"other": FREE} | ({} if state == "gone" else {"vol-1": state})
        for state in states
    ]
    found = lake.since("ebs_volumes", "state", history(*asked)).collect()
    row = found.row(by_predicate=pl.col("resource_id") == "vol-1", named=True)
    assert row == {
        "account_id": "111111111111",
        "region": REGION,
        "resource_id": "vol-1",
        "since": MONDAY + timedelta(days=first),
    }


def test_only_resources_of_the_snapshot_are_listed(lake, history):
    last = history({"vol-1": FREE, "vol-2": FREE}, {"vol-2": FREE})
    assert lake.since("ebs_volumes", "state", last).collect()["resource_id"].to_list() == ["vol-2"]


def test_later_snapshots_are_not_looked_at(lake, history):
    history({"vol-1": FREE}, {"vol-1": USED}, {"vol-1": FREE})
    found = lake.since("ebs_volumes", "state", day(1)[0]).collect()
    assert found["since"].to_list() == [MONDAY + timedelta(days=1)]


def test_one_name_in_two_targets_is_two_resources(lake):
    for number, states in enumerate([(USED, FREE), (FREE, FREE)]):
        snapshot_id, as_of = day(number)
        both = pl.concat([
            volumes("db", state=states[0]),
            volumes("db", state=states[1]).with_columns(region=pl.lit("us-east-1")),
        ])
        lake.land("ebs_volumes", both, snapshot_id=snapshot_id, as_of=as_of)
        lake.close(snapshot_id, as_of=as_of, targets=[TARGET, "111111111111/us-east-1"], resources=2)
    found = lake.since("ebs_volumes", "state", snapshot_id).sort("region").collect()
    assert found["since"].to_list() == [MONDAY + timedelta(days=1), MONDAY]


def test_a_gap_of_another_dataset_is_no_excuse(lake, history):
    last = history({"vol-1": FREE}, {"other": FREE}, {"vol-1": FREE})
    gap = rows("gaps", {"dataset": "amis", "code": "AccessDenied"})
    lake.land("gaps", gap, snapshot_id=day(1)[0], as_of=day(1)[1])
    assert lake.since("ebs_volumes", "state", last).collect()["since"].to_list() == [
        MONDAY + timedelta(days=2)
    ]


def test_without_history_it_is_empty_with_its_columns(lake):
    frame = lake.since("ebs_volumes", "state", "20261116T050000Z").collect()
    assert frame.height == 0
    assert frame.columns == ["account_id", "region", "resource_id", "since"]
    assert frame.schema["since"] == pl.Datetime("us", "UTC")


def test_an_unknown_column_is_named(lake):
    with pytest.raises(WatchkeeperError, match="dataset ebs_volumes: no column 'colour'; it has account_id"):
        lake.since("ebs_volumes", "colour", "s1")


UNREAD, GONE = "unread", "gone"
days = st.lists(st.sampled_from([FREE, USED, None, UNREAD, GONE]), max_size=8)


def _naive(states: list[str | None]) -> int:
    """By looking back day by day."""
    since = len(states) - 1
    for number in reversed(range(len(states))):
        if states[number] == UNREAD:
            continue
        if states[number] != states[-1]:
            break
        since = number
    return since


@settings(max_examples=60)
@given(st.lists(st.tuples(days, st.sampled_from([FREE, USED, None])), min_size=1, max_size=4))
def test_since_is_what_looking_back_day_by_day_finds(resources):
    """Each resource in a target of its own, so that each has its own unread days."""
    length = max(len(past) for past, _ in resources)
    expected, seen, read = {}, [], []
    for number, (past, today) in enumerate(resources):
        states = [GONE] * (length - len(past)) + past + [today]
        place = {"account_id": "111111111111", "region": f"region-{number}"}
        expected[place["region"]] = MONDAY + timedelta(days=_naive(states))
        for at, state in enumerate(states):
            when = {**place, "as_of": day(at)[1]}
            read += [when] if state != UNREAD else []
            if state not in {UNREAD, GONE}:
                seen.append({**when, "resource_id": "r", "snapshot_id": day(at)[0], "state": state})
    times = {"as_of": pl.Datetime("us", "UTC")}
    history = pl.LazyFrame(seen, schema_overrides={**times, "state": pl.String})
    found = since(history, pl.LazyFrame(read, schema_overrides=times), "state", *day(length)).collect()
    assert dict(found.select("region", "since").iter_rows()) == expected
