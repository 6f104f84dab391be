"""The week ahead by the hour: on the wall clock, a row for every series, and its choice explained."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from include.core.forecasts import FORECAST_MODELS, FORECASTS, SERIES
from include.core.series import SeriesTable
from include.domains.capacity.catalogue import SATURATION
from include.domains.capacity.choice import CHOICES
from include.domains.capacity.hours_ahead import hours_ahead
from include.domains.capacity.preparation import prepare

HOUR = timedelta(hours=1)
AS_OF = datetime(2026, 3, 27, 12, tzinfo=UTC)
KIND = {
    "title": "CPU", "dataset": "ec2_instances", "namespace": "AWS/EC2", "metrics": ["CPUUtilization"],
    "statistic": "Maximum", "unit": "percent", "source": "-",
}  # fmt: skip
PERCENT = {**KIND, "limit": [{"constant": 100}], "threshold": 0.8}
OFFICE = {hour: 80.0 if 8 <= hour < 18 else 10.0 for hour in range(24)}


def table(zone="UTC", **kinds):
    return SeriesTable.model_validate({"time_zone": zone, "series": {"cpu": PERCENT, **kinds}})


def points(resource="i-1", kind="cpu", days=28, zone="UTC", limit=100.0):
    """An office's hours, by its own clock."""
    rows = []
    for back in range(days * 24, 0, -1):
        at = AS_OF - back * HOUR
        usage = OFFICE[at.astimezone(ZoneInfo(zone)).hour] + back * 37 % 11 / 10
        rows.append((
            "111111111111",
            "eu-west-1",
            "ec2_instances",
            resource,
            kind,
            at,
            usage,
            limit,
            None,
            None,
        ))
    return pl.DataFrame(rows, schema=SATURATION, orient="row")


def ahead(frame, of=None, chosen=()):
    of = of or table()
    prepared = prepare(frame, of, as_of=AS_OF)
    return hours_ahead(prepared, of, pl.DataFrame(list(chosen), schema=CHOICES))


def choice(weights=None, chosen_at=None, because="chosen: there is no earlier choice", resource="i-1"):
    key = ("111111111111", "eu-west-1", "ec2_instances", resource, "cpu")
    named = dict(zip(SERIES, key, strict=True))
    return {**named, "grain": "hour", "weights": weights, "chosen_at": chosen_at, "because": because}


def test_a_week_of_hours_follows_the_last_point():
    made = ahead(points())
    assert made.forecasts.schema == FORECASTS
    assert made.forecasts["step"].to_list() == list(range(1, 169))
    assert made.forecasts["ts"].to_list() == [AS_OF + i * HOUR for i in range(168)]
    assert set(made.forecasts["issued_at"]) == {AS_OF}
    assert made.forecasts["p90"].max() <= 100


def test_a_daily_pattern_stays_in_place_when_the_clocks_change():
    made = ahead(points(zone="Europe/Berlin"), table("Europe/Berlin")).forecasts  # summer time: 29 March
    local = made.with_columns(hour=pl.col("ts").dt.convert_time_zone("Europe/Berlin").dt.hour())
    noon = local.filter(pl.col("hour") == 12)["p50"]
    assert noon.to_list() == pytest.approx([80.0] * noon.len(), abs=1.5)
    assert local.filter(pl.col("hour") == 18)["p50"].to_list() == pytest.approx([10.0] * 7, abs=1.5)
    assert made.height == 167  # the night of the 29th has one hour less
    assert made["ts"].n_unique() == 167


def test_a_series_without_a_limit_that_cannot_be_passed_may_grow_beyond_it():
    kind = {**KIND, "limit": [{"column": "instance_type"}], "threshold": 0.8}
    rising = points(kind="slots", limit=50.0).with_columns(usage=pl.int_range(pl.len()).cast(pl.Float64))
    made = ahead(rising, table(slots=kind)).forecasts
    assert made["p90"].max() > rising["usage"].max()


def test_every_series_has_a_row_and_what_cannot_be_forecast_says_why():
    silent = points("i-2").head(1).with_columns(
        ts=pl.lit(None), usage=pl.lit(None), reason=pl.lit("CloudWatch has no points of CPU.")
    )  # fmt: skip
    made = ahead(
        pl.concat([points(), silent.cast(dict(SATURATION)), points("i-3", days=1)]), chosen=[choice()]
    )
    assert made.models.schema == FORECAST_MODELS
    said = {row["resource_id"]: (row["status"], row["reason"]) for row in made.models.to_dicts()}
    assert said["i-1"] == ("PASS", None)
    assert said["i-2"] == ("UNKNOWN", "CloudWatch has no points of CPU.")
    assert said["i-3"][0] == "UNKNOWN"
    assert "48 hours needed" in said["i-3"][1]
    assert set(made.forecasts["resource_id"]) == {"i-1"}


def test_the_choice_its_error_and_the_naive_s_are_told():
    (row,) = ahead(points(), chosen=[choice()]).models.to_dicts()
    assert (row["chosen_at"], row["chosen_because"]) == (AS_OF, "chosen: there is no earlier choice")
    assert sum(json.loads(row["weights"]).values()) == pytest.approx(1)
    assert set(json.loads(row["weights"])) <= set(json.loads(row["candidates"]))
    assert row["error"] <= row["naive_error"]
    assert row["points"] == 28 * 24


def test_an_earlier_choice_is_used_again_with_its_date():
    before = AS_OF - timedelta(days=3)
    again = choice('{"median_week": 1.0}', before, "used again: ...")
    (row,) = ahead(points(), chosen=[again]).models.to_dicts()
    assert json.loads(row["weights"]) == {"median_week": 1.0}
    assert (row["chosen_at"], row["chosen_because"]) == (before, "used again: ...")


def test_an_earlier_choice_that_no_longer_serves_is_chosen_anew_and_says_so():
    gone = choice('{"no_such_model": 1.0}', AS_OF - timedelta(days=3), "used again: ...")
    (row,) = ahead(points(), chosen=[gone]).models.to_dicts()
    assert row["chosen_at"] == AS_OF
    assert row["chosen_because"].startswith("chosen anew: the earlier choice")


def test_nothing_to_forecast_is_no_error():
    made = ahead(points().clear())
    assert_frame_equal(made.forecasts, FORECASTS.to_frame())
    assert made.models.is_empty()
