"""Telemetry's profile: one row per series."""

import polars as pl

from include.core.metrics import METRICS
from include.quality.profile import PROFILE, profile
from tests.quality.conftest import AS_OF, HOUR, points


def one(frame: pl.DataFrame) -> dict[str, object]:
    found = profile(frame.lazy(), AS_OF)
    assert found.schema == PROFILE
    (row,) = found.iter_rows(named=True)
    return row


def test_a_whole_series():
    found = one(points(3.0, 1.0, 2.0))
    assert {name: found[name] for name in PROFILE if name not in METRICS} == {
        "rows": 3,
        "points": 3,
        "nulls": 0,
        "undated": 0,
        "not_finite": 0,
        "repeated": 0,
        "gap_share": 0.0,
        "min": 1.0,
        "max": 3.0,
        "newest_at": AS_OF - HOUR,
        "age_hours": 1.0,
    }


def test_gaps_are_counted_between_the_oldest_and_the_newest_point():
    holed = pl.concat([points(*[1.0] * 10).head(1), points(1.0)])
    assert one(holed)["gap_share"] == 0.8


def test_a_series_without_a_point_has_nothing_to_say():
    found = one(points(None, at=None))
    assert (found["rows"], found["points"], found["repeated"]) == (1, 0, 0)
    assert found["gap_share"] is found["min"] is found["age_hours"] is None


def test_series_are_told_apart_by_every_part_of_their_name():
    others = {"account_id": "2", "region": "x", "resource_type": "y", "resource_id": "z", "namespace": "n",
              "metric": "m", "statistic": "Sum"}  # fmt: skip
    frames = [points(1.0), *(points(1.0, **{name: value}) for name, value in others.items())]
    assert profile(pl.concat(frames).lazy(), AS_OF).height == 1 + len(others)


def test_no_telemetry_is_typed_and_empty():
    found = profile(METRICS.to_frame().lazy(), AS_OF)
    assert (found.height, found.schema) == (0, PROFILE)
