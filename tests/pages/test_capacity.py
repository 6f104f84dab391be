"""What the capacity pages say: what runs out first, how sure that is, and nothing that nobody forecast."""

import html
import re
from datetime import timedelta

import polars as pl
import pytest

from include.lake import Lake
from include.reports.pages import Site
from include.reports.pages.capacity import PAGE
from tests.hostile import IN_FRAMES
from tests.pages.conftest import land_forecast
from tests.reports.capacity_examples import (
    a_capacity_report,
    name_of,
    outlook,
    series,
    unknown,
)
from tests.reports.documents import Page

LIST = "/watchkeeper/capacity"
SITE = Site("/watchkeeper")


@pytest.fixture
def ann(forecast, visit):
    return visit("ann")


def rows(response):
    """The resources of the list, in its order."""
    assert response.status_code == 200, response.text
    return re.findall(r'<th scope="row" class="name"><a [^>]*>([^<]*)<', response.text)


def said(response):
    return Page(response.text).words


def test_the_list_says_what_runs_out_first_and_when(ann):
    page = ann.get(LIST)
    assert rows(page) == ["shop-web", "shop database", "stock database", "logs", "new database"]
    words = said(page)
    assert "5 series followed, 2 plans are due , 1 series could not be judged" in words
    assert "39 2027-01-01 in 39 days between 2026-12-24 and 2027-01-11" in words
    assert "400 GiB of 500 GiB" in words
    assert "1 to 5 of 5 series" in words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=FAIL", ["shop-web", "shop database"]),
        ("status=UNKNOWN", ["new database"]),
        ("kind=rds_storage&status=PASS", ["stock database"]),
        ("account=222222222222", ["shop-web"]),
        ("environment=production&q=STOCK", ["stock database"]),
        ("days=30", ["shop-web"]),
        ("days=90", ["shop-web", "shop database", "stock database"]),
        ("q=.*", []),
        ("q=&status=&kind=&days=", ["shop-web", "shop database", "stock database", "logs", "new database"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(ann, query, expected):
    page = ann.get(f"{LIST}?{query}")
    assert rows(page) == expected
    assert "No series fits" in said(page) or expected


@pytest.mark.parametrize("query", ["status=OK", "days=1", "page=0", "page=x", "q=" + "x" * 301])
def test_an_address_that_asks_for_what_there_is_not_is_refused_politely(ann, query):
    response = ann.get(f"{LIST}?{query}")
    assert response.status_code == 422
    assert "Not understood" in said(response)


def test_many_series_are_paged_and_counted(home, visit):
    many = [outlook(300.0, None, resource_id=f"db-{i:03}", name=None, limit=500.0) for i in range(PAGE + 30)]
    land_forecast(a_capacity_report(*many))
    first, second, beyond = (visit().get(f"{LIST}?kind=rds_storage&page={page}") for page in (1, 2, 99))
    assert [len(rows(page)) for page in (first, second, beyond)] == [PAGE, 30, 30]
    assert f"1 to {PAGE} of {PAGE + 30} series" in said(first)
    assert 'href="/watchkeeper/capacity?page=2&amp;kind=rds_storage"' in first.text
    assert "Less urgent" not in said(second)


def test_before_the_first_forecast_it_says_so(home, visit):
    assert "Nothing has been forecast yet" in said(visit().get(LIST))
    assert visit().get(SITE.series(series())).status_code == 404


def test_a_series_is_shown_in_full_where_its_row_leads(ann):
    (link,) = re.findall(r'<a href="([^"]*id=shop-db[^"]*)"', ann.get(LIST).text)
    page = ann.get(html.unescape(link))
    words = said(page)
    assert page.text.count('<svg role="img"') == 2
    for text in (
        "Runs out 2027-01-01 in 39 days; 8 of 10 chances: between 2026-12-24 and 2027-01-11",
        "Risk of doing nothing 35%",
        "theta + seasonal_naive , error 0.80 against 1.00 of seasonal naive ( 20% better )",
        "2 gaps, 1 outlier",
        "prophet 1.40 none",
        "2026-11-15 1-7 days 0.90 0.80 1.10 71%",
        "Runs out 2027-01-01 in 39 days between 2026-12-24 and 2027-01-11 2026-12-12 in 19 days",
        "Asked: growth x 2",
        'rds.modify_storage {"allocated_gib": 800}',
    ):
        assert text in words, text


def test_a_series_of_which_nothing_is_known_says_why_and_shows_no_chart(ann):
    page = ann.get(SITE.series(series(resource_id="new-db")))
    assert "Runs out unknown Only 6 of 28 days of history." in said(page)
    assert "No chart: there is no forecast by day." in said(page)
    assert '<svg role="img"' not in page.text
    assert "No what-if of this series has been asked" in said(page)


@pytest.mark.parametrize(
    "name", [{"resource_id": "other"}, {"region": None}, {"series_kind": ""}, {"account_id": "'"}]
)
def test_a_name_that_names_no_series_is_not_found(ann, name):
    assert ann.get(SITE.series(series(**name))).status_code == 404


def test_the_newest_forecast_counts_and_the_last_what_if_run_keeps_its_own_base(ann, forecast):
    later = outlook(450 * 2.0**30, days=10.0)
    land_forecast(
        a_capacity_report(later, snapshot_id="20261123T213000Z-1", as_of=forecast.as_of + timedelta(days=1))
    )
    assert rows(ann.get(LIST)) == ["shop database"]
    words = said(ann.get(SITE.series(series())))
    assert "Used 450 GiB" in words
    assert "Runs out 2027-01-01 in 39 days between 2026-12-24 and 2027-01-11 2026-12-12 in 19 days" in words
    assert "on the estate of 2026-11-22 21:30 UTC" in words


def test_a_track_record_over_several_runs_counts_each_forecast_once_as_scored_last(ann, forecast):
    again = forecast.scores.with_columns(error=pl.lit(0.5), scored_at=pl.col("scored_at") + timedelta(days=1))
    Lake.from_env().land(
        "forecast_scores", again, snapshot_id="20261123T213000Z-1", as_of=forecast.as_of + timedelta(days=1)
    )
    words = said(ann.get(SITE.series(series())))
    assert "2026-11-15 1-7 days 0.50" in words
    assert "2026-11-15 1-7 days 0.90" not in words


def test_the_overview_says_what_runs_out_first(ann):
    words = said(ann.get("/watchkeeper/"))
    assert (
        "What runs out first 2 plans are due, 1 of 5 series could not be judged, 1 kind not read at all"
        in words
    )
    assert "2026-12-04 in 11 days 2026-12-02 to 2026-12-07 critical" in words


@pytest.mark.parametrize("text", IN_FRAMES.values(), ids=IN_FRAMES)
def test_hostile_text_is_shown_as_text(home, visit, text):
    names = (
        "name",
        "environment",
        "reason",
        "title",
        "unit",
        "limit_from",
        "recommended_for",
        "risk_says",
        "params",
    )
    short = text[:200]
    row = outlook(**dict.fromkeys(names, text), resource_id=short, region=short, series_kind=short)
    land_forecast(a_capacity_report(row, {**row, "scenario": "what_if"}, unknown(reason=text)))
    listed, shown = visit().get(LIST), visit().get(SITE.series(name_of(row)))
    for page in (listed, shown):
        assert page.status_code == 200
        scripts = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
        assert len(scripts) == 2
        tags = {tag for tag, _ in Page(page.text).elements}
        assert not tags & {"img", "iframe", "object", "link", "base"}
        assert not [one for _, attrs in Page(page.text).elements for one in attrs if one.startswith("on")]


def test_a_lake_that_is_not_named_is_said_not_to_be(ann, monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_LAKE")
    response = ann.get(LIST)
    assert response.status_code == 503
    assert "WATCHKEEPER_LAKE is not set" in said(response)
