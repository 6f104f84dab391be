"""The capacity report: what runs out first stands first, nothing is left out unsaid, nothing hostile runs."""

import csv
import io
import json
import re
from datetime import timedelta
from functools import cache

import polars as pl
import pytest

from include.core.forecasts import FORECASTS, OUTLOOKS
from include.reports import capacity_html, folders
from include.reports.capacity import write
from include.reports.capacity_summary import accuracy, summary, totals
from include.reports.export import as_csv, as_json
from include.reports.outlooks import outlooks_frame, ranked, urgent
from include.reports.run import LeftOut, PlanSummary
from include.reports.series import choice, track_record
from tests.hostile import IN_FRAMES
from tests.reports.capacity_examples import (
    FOLLOWED,
    TODAY,
    WHAT_IF,
    a_capacity_report,
    forecast_of,
    model,
    name_of,
    outlook,
    score,
    unknown,
)
from tests.reports.documents import Page, assert_only_own_scripts_run, fetched, shape
from tests.reports.examples import exemptions


def frame(*rows):
    return pl.DataFrame(rows, schema=OUTLOOKS)


def ids(rows):
    return rows["resource_id"].to_list()


@pytest.fixture(scope="module")
def text():
    return capacity_html.render(a_capacity_report())


@pytest.fixture(scope="module")
def words(text):
    return Page(text).words


def test_what_runs_out_first_stands_first_and_unknown_last():
    later = outlook(300.0, None, resource_id="early-only", exhausts_p10=TODAY + timedelta(days=170))
    threshold = outlook(350.0, None, resource_id="threshold-only", threshold_p50=TODAY + timedelta(days=9))
    fuller = outlook(90.0, None, resource_id="fuller", limit=100.0)
    emptier = outlook(10.0, None, resource_id="emptier", limit=100.0)
    rows = [*FOLLOWED, emptier, fuller, threshold, later]
    expected = [
        "i-1",
        "shop-db",
        "stock-db",
        "early-only",
        "threshold-only",
        "fuller",
        "emptier",
        "logs",
        "new-db",
    ]
    assert ids(ranked(frame(*rows))) == expected
    assert ids(ranked(frame(*reversed(rows)))) == expected


def test_attention_is_for_what_is_due_or_has_a_date_within_the_horizon():
    assert ids(urgent(ranked(frame(*FOLLOWED)))) == ["i-1", "shop-db", "stock-db"]
    due = outlook(300.0, None, resource_id="due", status="FAIL")
    assert ids(urgent(ranked(frame(due, unknown(exhausts_p10=TODAY))))) == ["due"]


def test_the_totals_count_everything_once_and_an_unknown_price_is_no_zero():
    assert totals(frame(*FOLLOWED)) == (5, 3, 2, 2, 1, 0, 3, 2, 34.5, 0)
    unpriced = outlook(resource_id="b", cost_usd_month=None)
    assert totals(frame(outlook(), unpriced))[-2:] == (34.5, 1)
    assert totals(frame(unpriced))[-2:] == (None, 1)
    assert totals(frame())[-2:] == (None, 0)


def test_accuracy_compares_with_naive_and_does_not_count_what_is_not_known():
    models = a_capacity_report().models
    worse = pl.DataFrame([model(error=1.5), model(error=None, naive_error=None)], schema=models.schema)
    found = accuracy(pl.concat([models, worse]))
    assert (found.forecasts, found.better, found.error, found.naive_error) == (6, 4, 0.8, 1.0)
    assert accuracy(models.clear()) == (0, 0, None, None, None)


def test_the_page_says_what_when_how_sure_and_what_to_do(words):
    for said in (
        "First to run out 2026-12-04",
        "2 plans are due.",
        "CPU of an EC2 instance of shop-web; between 2026-12-02 and 2026-12-07",
        "800 GiB $34.50 a month",
        "Raise it to 800 GiB. That holds the highest usage of 90 days.",
        "400 GiB of 500 GiB",
        "error 0.80 against 1.00 of seasonal naive ( 20% better ); 81% of the backtest within P10 to P90",
        "The limit is reached within the lead time in 35 % of the cases.",
        "no limit, growth only 1 GiB in 30 days",
        "rds.modify_storage",
    ):
        assert said in words, said


def test_it_says_what_is_unknown_and_why_and_what_became_of_the_changes(words):
    for said in (
        "1 series could not be judged",
        "1 kind not read at all",
        "rds:DescribeDBInstances was denied.",
        "Only 6 of 28 days of history.",
        "verified",
        "no action is known",
        "entry 48, head 77aa77aa77aa",
        "ann",
    ):
        assert said in words, said


def test_it_shows_the_what_if_beside_the_base_and_what_was_asked(words):
    assert "growth x 2" in words
    assert "2027-01-01 in 39 days between 2026-12-24 and 2027-01-11 2026-12-12 in 19 days" in words
    assert "What if" not in Page(capacity_html.render(a_capacity_report(*FOLLOWED))).words


def test_the_chart_draws_the_what_if_beside_the_base(text):
    """Twice the growth: the same line, twice as steep, and the day it reaches the limit."""
    steeper = {**WHAT_IF, "growth_month": 2 * WHAT_IF["growth_month"]}
    told = a_capacity_report(what_if=pl.LazyFrame(forecast_of(steeper), schema=FORECASTS))
    page = capacity_html.render(told)
    assert "what if, for " in page
    assert "limit reached P10 2026-12-08, P50 2026-12-12, P90 2026-12-17</desc>" in page
    assert page.count("What if, P50") == 1  # only that series was asked about
    assert 'class="key s4"' in page
    assert "var(--s4)" in page
    assert "what if, for " not in text


def test_days_are_those_of_the_policy_s_time_zone():
    """Midnight of 5 December in Auckland is still the 4th in UTC."""
    begins = FOLLOWED[0]["exhausts_p50"].replace(hour=11)
    rows = [FOLLOWED[0] | {"exhausts_p50": begins}]
    utc, there = (a_capacity_report(*rows, time_zone=zone) for zone in ("UTC", "Pacific/Auckland"))
    assert "2027-01-01 in 40 days" in Page(capacity_html.render(utc)).words
    assert "2027-01-02 in 40 days" in Page(capacity_html.render(there)).words
    assert [summary(one)["first"][0]["exhausts"]["p50"][:10] for one in (utc, there)] == [
        "2027-01-01",
        "2027-01-02",
    ]


def test_what_somebody_accepted_is_exempt_and_in_no_sum():
    accepted = FOLLOWED[0] | {"status": "EXEMPT", "reason": "exempt until 2027-03-31. Found: full"}
    report = a_capacity_report(accepted, *FOLLOWED[1:], exemptions=exemptions(domain="capacity"))
    words = Page(capacity_html.render(report)).words
    assert "exempt until 2027-03-31. Found: full" in words
    assert "OPS-1234" in words
    told = summary(report)
    assert (told["totals"]["due"], told["totals"]["exempt"], told["totals"]["sound"]) == (1, 1, 2)
    assert told["totals"]["cost_usd_month"] is None
    assert told["exemptions"] == {"in_force": 1, "not_counted": 0}


def test_it_shows_the_track_record_and_which_models_drifted(words):
    assert "1-7 days 1 7 0.90 0.80 1.10 71%" in words
    assert "The error of 1-7 days is 0.90, 13 % above its backtest." in words
    lines = track_record(pl.DataFrame([score(), score(error=1.1), score(horizon="8-28")]))
    assert [(one.horizon, one.forecasts, one.points) for one in lines] == [("1-7", 2, 14), ("8-28", 1, 7)]
    assert lines[0].error == pytest.approx(1.0)


def test_every_chart_is_drawn_in_both_widths_in_the_page_s_colours_with_its_words(text):
    assert text.count('<svg role="img"') == 2 * 3
    assert "limit reached P10 2026-12-02, P50 2026-12-04, P90 2026-12-07</desc>" in text
    identifiers = re.findall(r' id="([^"]+)"', text)
    assert len(identifiers) == len(set(identifiers))
    assert text.count("The chart as figures") == 3


def test_more_than_the_page_holds_is_counted_out(monkeypatch):
    monkeypatch.setattr(capacity_html, "MOST_ROWS", 4)
    monkeypatch.setattr(capacity_html, "MOST_CHARTS", 2)
    said = Page(capacity_html.render(a_capacity_report())).words
    assert "The 4 most urgent series are listed; 1 more is in outlooks.csv" in said
    assert "Charts of the 2 most urgent; 1 more series reaches a threshold or limit" in said


def test_nothing_is_fetched_and_only_its_own_scripts_run(text):
    assert fetched(text) == []
    assert_only_own_scripts_run(text)


def test_a_run_that_could_judge_nothing_does_not_say_all_is_well():
    said = Page(capacity_html.render(a_capacity_report(unknown()))).words
    assert "nothing could be judged" in said
    assert "Nothing that could be judged needs a plan" not in said


def test_a_run_without_series_is_said_to_be_so():
    full = a_capacity_report()
    nothing = {
        name: getattr(full, name).clear() for name in ("outlooks", "models", "scores", "findings", "gaps")
    }
    report = a_capacity_report(**nothing, plans=(), changes=(), left_out=())
    assert "No series was followed: nothing is known." in Page(capacity_html.render(report)).words
    assert outlooks_frame(report).columns == outlooks_frame(full).columns


@pytest.mark.parametrize(
    ("weights", "candidates", "expected"),
    [
        ('{"a": 1}', '{"b": 2, "a": 1.5}', [("a", 1.5, 1.0), ("b", 2.0, None)]),
        ('{"a": 0.5, "c": 0.5}', '{"a": null}', [("a", None, 0.5), ("c", None, 0.5)]),
        (None, "not JSON", []),
        ("[1]", '{"a": "x"}', [("a", None, None)]),
    ],
    ids=["best first", "without an error last", "no JSON", "no object of numbers"],
)
def test_candidates_are_read_from_what_is_kept(weights, candidates, expected):
    assert choice(model(weights=weights, candidates=candidates)).candidates == expected


def test_every_series_is_in_every_file_most_urgent_first(tmp_path):
    report = a_capacity_report()
    files = write(tmp_path, report)
    rows = list(csv.DictReader(io.StringIO(files.csv.read_bytes().decode("utf-8-sig"), newline="")))
    table = pl.read_parquet(files.parquet)
    said = [(row["resource_id"], row["scenario"], row["outcome"]) for row in rows]
    assert said == [
        ("i-1", "base", "left_out"),
        ("shop-db", "what_if", ""),
        ("shop-db", "base", "verified"),
        ("stock-db", "base", ""),
        ("logs", "base", ""),
        ("new-db", "base", ""),
    ]
    assert table.select("resource_id", "scenario").rows() == [row[:2] for row in said]
    assert table.schema["exhausts_p50"] == OUTLOOKS["exhausts_p50"]
    assert table["error"].to_list() == [0.8] * 5 + [None]
    assert files.json.read_bytes() == as_json(summary(report))


def test_the_outcome_is_that_of_the_resource_which_the_action_changes():
    target = outlook(
        acts_on_type="dynamodb_scaling_targets", acts_on_id="shop-db", resource_id="table/orders"
    )
    assert outlooks_frame(a_capacity_report(target))["outcome"].to_list() == ["verified"]


def test_the_summary_names_what_runs_out_first(tmp_path):
    write(tmp_path, a_capacity_report())
    (listed,) = folders.reports(tmp_path)
    assert (listed["kind"], listed["unknown"], listed["what_if"]) == ("capacity", 2, {"growth": "x 2"})
    assert [(one["resource_id"], one["exhausts"]["p50"][:10]) for one in listed["first"]] == [
        ("i-1", "2026-12-04"),
        ("shop-db", "2027-01-01"),
        ("stock-db", "2027-02-20"),
    ]
    assert listed["drifted"] == 1


def test_the_same_report_gives_the_same_bytes(tmp_path):
    full = a_capacity_report()
    other = a_capacity_report(outlooks=full.outlooks.reverse(), models=full.models.reverse())
    first = [path.read_bytes() for path in write(tmp_path / "a", full)]
    assert first == [path.read_bytes() for path in write(tmp_path / "b", other)]


@cache
def harmless():
    return shape(Page(capacity_html.render(hostile_report("harmless"))))


def hostile_report(text):
    names = ("name", "environment", "reason", "title", "unit", "limit_from", "recommended_for",
             "price_source", "risk_says", "action", "params", "severity", "resource_id",
             "series_kind", "region")  # fmt: skip
    one = outlook(**dict.fromkeys(names, text))
    lost = unknown(resource_id=text + "2", reason=text, title=text)
    said = {"model": text, "weights": json.dumps({text: 1.0}), "candidates": json.dumps({text: 1.0})}
    full = a_capacity_report(one, lost, {**one, "scenario": "what_if"})
    return a_capacity_report(
        one,
        lost,
        {**one, "scenario": "what_if"},
        models=pl.DataFrame([model(**name_of(one), **said)], schema=full.models.schema),
        scores=pl.DataFrame([score(**name_of(one), horizon=text, model=text)], schema=full.scores.schema),
        findings=full.findings.with_columns(
            pl.lit(text).alias(name) for name in ("check_id", "name", "reason")
        ),
        gaps=full.gaps.with_columns(reason=pl.lit(text), code=pl.lit(text)),
        targets={"111111111111/eu-west-1": text},
        run_id=text,
        asked={text: text},
        left_out=(LeftOut(text, text, text, text, text),),
        plans=(PlanSummary(text, text, text, 1, None, 1, (text,), text),),
        policy={text: text},
    )


@pytest.mark.parametrize("text", IN_FRAMES.values(), ids=IN_FRAMES)
def test_hostile_text_changes_nothing_but_the_words_and_reaches_every_file_as_text(text):
    report = hostile_report(text)
    assert shape(Page(capacity_html.render(report))) == harmless()
    table = outlooks_frame(report)
    cells = list(csv.DictReader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    first = table.row(0, named=True)
    assert first["name"] == text
    assert cells[0]["name"].removeprefix("'") == text.removeprefix("'")
    assert summary(report)["first"][0]["name"] == text
