"""Kept forecasts against what came, and when a model is chosen anew."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from include.core.findings import FINDINGS
from include.core.forecasts import FORECAST_MODELS, FORECAST_SCORES, FORECASTS, OUTLOOKS, SERIES
from include.domains.capacity import drift
from include.domains.capacity.choice import CHOICES, choices, record
from include.domains.capacity.preparation import GRID, PROFILES, Prepared
from include.domains.capacity.track_record import scored

ONE = dict(zip(SERIES, ("111111111111", "eu-west-1", "rds_instances", "orders", "rds_storage"), strict=True))
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def table(schema, *rows):
    """Rows of the one series that state only what matters."""
    return pl.DataFrame([{**ONE, **row} for row in rows], schema=schema)


def prepared(values=(), grain="hour", profile=None, shifts=()):
    """What came, by hour or by day."""
    step = HOUR if grain == "hour" else DAY
    rows = [{"sid": 0, "ts": BEGIN + i * step, "usage": v, "shift": False} for i, v in enumerate(values)]
    rows += [{"sid": 0, "ts": at, "shift": True} for at in shifts]
    grid, none = pl.DataFrame(rows, schema=GRID), GRID.to_frame()
    profiles = table(PROFILES, {"sid": 0, "grain": grain, "status": "PASS", **(profile or {})})
    return Prepared(
        grid if grain == "hour" and not shifts else none,
        none if grain == "hour" and not shifts else grid,
        profiles,
    )


def forecast(after, values, width=1.0, grain="hour", begin=BEGIN):
    """Made from the first `after` values of the grid."""
    step = HOUR if grain == "hour" else DAY
    issued = begin + after * step
    rows = [
        {"grain": grain, "issued_at": issued, "ts": issued + i * step, "step": i + 1,
         "p10": v - width, "p50": v, "p90": v + width}
        for i, v in enumerate(values)
    ]  # fmt: skip
    return table(FORECASTS, *rows)


def model(after, grain="hour", error=0.5, **columns):
    issued = BEGIN + after * (HOUR if grain == "hour" else DAY)
    row = {
        "grain": grain,
        "issued_at": issued,
        "chosen_at": issued,
        "status": "PASS",
        "model": "theta",
        "error": error,
    }
    return {**row, **columns}


def score(forecasts, values, models=None, grain="hour"):
    known = table(FORECAST_MODELS, *(models or []))
    return scored(forecasts, known, prepared(values, grain), scored_at=BEGIN + 40 * DAY)


ZIGZAG = [10.0 + (i % 2) for i in range(24)]
"""A day whose hours differ by one from each other, and by 2 from the same hours of the next, doubled."""
WEEKS = [value + 2 * (day % 2) for day in range(4) for value in ZIGZAG]


def test_errors_are_those_of_the_definition():
    found = score(forecast(72, [value - 1 for value in WEEKS[72:96]]), WEEKS, [model(72)]).row(0, named=True)
    # in the history every hour differs by 2 from that a day before; the naive repeats the day before: 2 off
    assert found["error"] == pytest.approx(1 / 2)
    assert found["naive_error"] == pytest.approx(2 / 2)
    assert (found["horizon"], found["points"], found["coverage"]) == ("1-24", 24, 1.0)
    assert (found["model"], found["backtest_error"]) == ("theta", 0.5)
    # what came is the upper bound: losses 0.1 * 2, 0.5 * 1 and 0.1 * 0 an hour, doubled, over three quantiles
    assert found["wql"] == pytest.approx(2 * 24 * (0.2 + 0.5) / sum(WEEKS[72:96]) / 3)


def test_steps_are_scored_by_how_far_ahead_they_were():
    values = [float(i % 24) + i / 24 for i in range(24 * 20)]
    found = score(forecast(72, values[72:]), values, [model(72)])
    assert found.select("horizon", "points").rows() == [("1-24", 24), ("25-168", 144), ("169-336", 168)]
    assert found["error"].to_list() == [0.0, 0.0, 0.0]


def test_only_what_has_come_counts_and_gaps_do_not():
    values = [*WEEKS[:72], *WEEKS[72:80], None, float("nan"), *WEEKS[82:84]]
    found = score(forecast(72, WEEKS[72:96]), values, [model(72)])
    assert found.select("horizon", "points").rows() == [("1-24", 10)]
    assert score(forecast(72, WEEKS[72:96]), WEEKS[:72], [model(72)]).is_empty()


def test_without_a_model_s_row_there_is_a_score_and_no_promise():
    found = score(forecast(72, WEEKS[72:96]), WEEKS)
    assert found.select("points", "backtest_error").rows() == [(24, None)]


def test_a_constant_history_has_no_scale_to_measure_by():
    found = score(forecast(72, [6.0] * 24), [5.0] * 96, [model(72)]).row(0, named=True)
    assert (found["error"], found["naive_error"]) == (None, None)
    assert found["coverage"] == 1.0


def test_days_are_scored_by_their_week():
    values = [float(day % 7) + day / 7 for day in range(40)]
    found = score(forecast(21, values[21:], grain="day"), values, [model(21, "day")], grain="day")
    assert found.select("horizon", "points").rows() == [("1-7", 7), ("8-30", 12)]


def scores(*errors, promised=1.0, naive=2.0, every=DAY, points=24, grain="hour", chosen=BEGIN):
    """One forecast after the other."""
    nearest = {"hour": "1-24", "day": "1-7"}[grain]
    rows = [
        {"grain": grain, "issued_at": BEGIN + i * every, "chosen_at": chosen, "model": "theta",
         "horizon": nearest, "points": points, "error": error, "naive_error": naive,
         "backtest_error": promised}
        for i, error in enumerate(errors)
    ]  # fmt: skip
    return table(FORECAST_SCORES, *rows)


DRIFT = [
    ("seven of seven, twice as bad", scores(*[2.0] * 7), True),
    ("six are too few to tell", scores(*[9.0] * 6), False),
    ("worse, but not by much", scores(*[1.2] * 30), False),
    ("one bad day in thirty", scores(60.0, *[0.5] * 29), False),
    ("half of them bad", scores(*[9.0, 0.5] * 10), False),
    ("as promised", scores(*[1.0] * 30), False),
    ("seven that overlap", scores(*[9.0] * 7, every=12 * HOUR), False),
    ("fourteen of which every second overlaps", scores(*[9.0] * 14, every=12 * HOUR), True),
    ("days not yet whole", scores(*[9.0] * 7, points=12), False),
    ("days with a few gaps", scores(*[9.0] * 7, points=18), True),
    ("weekly", scores(*[9.0] * 7, grain="day", every=7 * DAY, points=7), True),
    ("weeks issued daily overlap", scores(*[9.0] * 14, grain="day", points=7), False),
    ("nothing was promised", scores(*[9.0] * 7, promised=None), False),
    ("no scale to measure by", scores(*[None] * 7), False),
]


@pytest.mark.parametrize(("found", "drifted"), [c[1:] for c in DRIFT], ids=[c[0] for c in DRIFT])
def test_a_model_has_drifted_when_its_record_shows_it_beyond_doubt(found, drifted):
    assert record(found)["drifted"].any() == drifted


def test_a_new_choice_starts_with_a_clean_record():
    old = scores(*[9.0] * 20)
    new = scores(*[1.0] * 2, chosen=BEGIN + 20 * DAY)
    (found,) = record(pl.concat([old, new])).to_dicts()
    assert (found["forecasts"], found["error"], found["drifted"]) == (2, 1.0, False)


def test_a_drift_is_a_finding_with_its_numbers_and_changes_nothing():
    named = table(OUTLOOKS, {"scenario": "base", "name": "orders db", "environment": "production"})
    found = drift.findings(record(scores(*[2.0] * 8)), named)
    assert found.schema == FINDINGS
    (row,) = found.to_dicts()
    assert (row["check_id"], row["domain"], row["status"]) == ("forecast_drift", "capacity", "FAIL")
    assert (row["resource_id"], row["name"], row["action"]) == ("orders", "orders db", None)
    assert "missed by 2.0 (MASE) where its backtest promised 1.0 (the naive: 2.0); 8 of 8" in row["reason"]
    assert json.loads(row["evidence"])["chance"] == pytest.approx(1 / 2**8)


def test_a_good_record_is_no_finding():
    assert drift.findings(record(scores(*[0.9] * 20)), table(OUTLOOKS)).is_empty()


def chosen(*, days=10, found=None, before=None, profile=None, shifted=None, models=None):
    """What is chosen `days` after BEGIN, when the last choice was."""
    now = BEGIN + days * DAY
    profile = {
        "grain": "hour",
        "status": "PASS",
        "issued_at": now,
        "history_from": BEGIN - 60 * DAY,
        **(profile or {}),
    }
    last = {
        "weights": '{"theta":1.0}',
        **model(0),
        "chosen_at": BEGIN,
        "issued_at": now - DAY,
        **(before or {}),
    }
    known = table(FORECAST_MODELS, *([last] if models is None else models))
    series = prepared(profile=profile, shifts=[shifted] if shifted else [])
    return choices(series, known, record(scores(0.9) if found is None else found))


CHOSEN = [
    ("a good record", {}, "used again: in 1 forecasts 0.9 (the naive 2.0, promised 1.0)"),
    ("no earlier choice", {"models": []}, "chosen: there is no earlier choice"),
    ("an earlier UNKNOWN", {"before": {"status": "UNKNOWN"}}, "chosen: there is no earlier choice"),
    ("no record yet", {"found": scores()}, "chosen anew: nothing has come yet to judge the last choice by"),
    ("drifted", {"found": scores(*[1.9] * 8)}, "chosen anew: its error has drifted: in 8 forecasts 1.9"),
    ("poor", {"found": scores(1.9)}, "chosen anew: its record is poor: in 1 forecasts 1.9"),
    ("loses to the naive", {"found": scores(0.9, naive=0.8)}, "chosen anew: it lost to the seasonal naive"),
    ("old", {"days": 30}, "chosen anew: the choice was 30 days old"),
    ("shifted since", {"shifted": BEGIN + 3 * DAY}, "chosen anew: its level shifted on 2026-03-04"),
    ("shifted before", {"shifted": BEGIN - 3 * DAY}, "used again"),
    ("twice the history", {"profile": {"history_from": BEGIN - 9 * DAY}}, "chosen anew: twice the history"),
    ("the same snapshot again", {"before": {"issued_at": BEGIN + 10 * DAY}, "found": scores()},
     "used again: the same history"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "because"), [c[1:] for c in CHOSEN], ids=[c[0] for c in CHOSEN])
def test_a_model_is_chosen_anew_by_drift_not_by_habit(case, because):
    found = chosen(**case)
    assert found.schema == CHOICES
    (row,) = found.to_dicts()
    assert row["because"].startswith(because)
    again = because.startswith("used again")
    assert (row["weights"], row["chosen_at"]) == (('{"theta":1.0}', BEGIN) if again else (None, None))


def test_what_cannot_be_forecast_is_not_chosen_for():
    assert chosen(profile={"status": "UNKNOWN"}).is_empty()
