"""The page of a report: right numbers, nothing hostile, nothing from elsewhere."""

import json
import re
from functools import cache

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.reports import charts, figures
from include.reports import html as page
from include.reports.cost import CostReport, write
from include.reports.run import LeftOut, PlanSummary
from include.reports.summary import summary
from tests.hostile import IN_FRAMES
from tests.reports.documents import Page, assert_only_own_scripts_run, fetched, shape
from tests.reports.examples import DENIED, a_report, exemptions, finding, unknown, unpriced


def test_the_sums_are_those_of_the_frames():
    report = a_report()
    text = page.render(report)
    rows = figures.weighed(report.findings)
    lines = [figures.total(rows), *figures.by(rows, "service"), *figures.by(rows, "account_id")]
    for line in lines:
        assert f'<td class="num" data-label="USD / month">{page.usd(line.saving_usd_month)}</td>' in text
    assert "$98.93" in text
    assert "1 of unknown saving, not in the sum" in Page(text).words


@given(st.lists(st.one_of(st.none(), st.floats(0.01, 1e7)), min_size=1, max_size=8))
@settings(max_examples=8, deadline=None)
def test_whatever_was_found_the_page_shows_the_frame_s_sum_and_counts_what_is_unknown(savings):
    report = a_report(
        *(finding(resource_id=f"vol-{i}", saving_usd_month=usd) for i, usd in enumerate(savings))
    )
    words = Page(page.render(report)).words
    known = [usd for usd in savings if usd is not None]
    assert f"Saving found, per month {page.usd(sum(known)) if known else 'unknown'}" in words
    if len(known) < len(savings):
        assert f"{len(savings) - len(known)} of unknown saving, not in the sum" in words


HOSTILE = st.text(min_size=1, max_size=20).map(
    lambda text: f"<img src=x onerror=alert(1)>\"'&{{{{7*7}}}}</script>{text}"
)


@given(HOSTILE)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_names_are_text_and_nothing_else(hostile):
    attacked = Page(page.render(hostile_report(hostile)))
    assert shape(attacked) == harmless()


@pytest.mark.parametrize("text", IN_FRAMES.values(), ids=IN_FRAMES)
def test_hostile_text_changes_nothing_but_the_words(text):
    assert shape(Page(page.render(hostile_report(text)))) == harmless()


@cache
def harmless():
    return shape(Page(page.render(hostile_report("harmless"))))


def hostile_report(text: str) -> CostReport:
    names = ("name", "reason", "resource_id", "environment", "price_source", "check_id", "params", "severity")
    one = finding(evidence=json.dumps({"k": text}), **dict.fromkeys(names, text))
    return a_report(
        one,
        unknown(check_id=text, reason=text, resource_id=text + "2"),
        targets={"111111111111/eu-west-1": text},
        run_id=text,
        left_out=(LeftOut(text, text, text, text, text),),
        plans=(PlanSummary(text, text, text, 1, None, 1, (text,), text),),
        policy={text: text},
        exemptions=exemptions(
            **dict.fromkeys(("covers", "owner", "reason", "ticket", "approver", "not_counted"), text)
        ),
        gaps=a_report().gaps.with_columns(reason=pl.lit(text), code=pl.lit(text)),
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({}, "yes 2027-03-31 OPS-1234 research ann raw data", id="in force"),
        pytest.param({"findings": 0}, "yes covers nothing that was found", id="of no use"),
        pytest.param(
            {"expires": None, "not_counted": "it has no last day (expires)"},
            "no it has no last day (expires) none OPS-1234",
            id="not counted",
        ),
    ],
)
def test_exemptions_are_shown_with_their_findings_counted_apart(fields, said):
    exempt = finding(status="EXEMPT", resource_id="vol-9", reason="exempt until 2027-03-31. Found: idle")
    report = a_report(finding(), exempt, exemptions=exemptions(**fields))
    words = Page(page.render(report)).words
    assert said in words
    assert "Exempt 1 by whom and until when ; $10.00 a month not in the sum" in words
    assert "Saving found, per month $10.00" in words
    assert "exempt until 2027-03-31. Found: idle" in words
    assert summary(report)["exempt"] == 1


def test_a_report_without_exemptions_does_not_speak_of_them():
    assert "xempt" not in Page(page.render(a_report())).words.replace("Exempt Pass", "")


def test_nothing_is_fetched_from_anywhere():
    assert fetched(page.render(a_report())) == []


def test_only_its_own_scripts_may_run():
    assert_only_own_scripts_run(page.render(a_report()))


def test_it_says_what_was_not_read_and_why():
    words = Page(page.render(a_report())).words
    for said in (DENIED["api"], DENIED["code"], DENIED["reason"], "222222222222/eu-west-1"):
        assert said in words
    assert "Only 40 of 336 samples" in words


def test_it_says_what_was_left_out_what_was_done_and_where_it_is_proved():
    report = a_report()
    words = Page(page.render(report)).words
    for said in ("limit: 1 change a run", "verified", "applied", report.plans[0].digest, "ann",
                 "AWS price list, 2026-11-01 (5 savings)", "entry 48, head 77aa77aa77aa",
                 "20261122T213000Z-4f1a", "2026-11-22 21:30 UTC"):  # fmt: skip
        assert said in words


def test_an_estate_without_findings_is_said_to_be_so():
    full = a_report()
    frames = {name: getattr(full, name).clear() for name in ("findings", "counts", "gaps")}
    empty = a_report(**frames, plans=(), changes=(), left_out=())
    words = Page(page.render(empty)).words
    assert "Nothing was found that costs money and does nothing" in words
    assert "Every API answered and every check reached a verdict" in words


def test_a_sweep_that_could_judge_nothing_does_not_say_all_is_well():
    words = Page(page.render(a_report(unknown()))).words
    assert "Every check that could be carried out passed" not in words
    assert "Could not be judged 1" in words


def test_more_rows_than_the_page_shows_are_counted_out(monkeypatch):
    monkeypatch.setattr(page, "MOST_ROWS", 3)
    words = Page(page.render(a_report())).words
    assert "The 3 dearest findings are shown; 4 more are in findings.csv" in words


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_charts_have_a_name_a_description_and_the_page_s_colours(width):
    report = a_report()
    for chart in (charts.savings_by_service(report.findings, {}), charts.verdicts_by_check(report.counts)):
        svg = getattr(chart, width)
        assert svg.startswith('<svg role="img" aria-labelledby="')
        assert f">{chart.title}</title>" in svg
        assert f">{chart.description}</desc>" in svg
        assert "var(--" in svg
        ids = re.findall(r' id="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)


def test_there_is_no_chart_of_nothing():
    assert charts.savings_by_service(a_report(unpriced()).findings, {}) is None
    assert charts.verdicts_by_check(a_report().counts.clear()) is None


def test_many_accounts_share_a_colour_rather_than_run_out_of_them():
    rows = [
        finding(account_id=f"{i:012}", resource_id=f"vol-{i}", saving_usd_month=100.0 - i) for i in range(9)
    ]
    chart = charts.savings_by_service(a_report(*rows).findings, {})
    assert "other accounts" in chart.wide
    assert "var(--s6)" in chart.wide
    assert "var(--s7)" not in chart.wide


def test_the_same_report_gives_the_same_bytes(tmp_path):
    first = [path.read_bytes() for path in write(tmp_path / "a", a_report())]
    again = [path.read_bytes() for path in write(tmp_path / "b", a_report())]
    shuffled = a_report()
    other = a_report(findings=shuffled.findings.reverse(), counts=shuffled.counts.reverse())
    assert first == again == [path.read_bytes() for path in write(tmp_path / "c", other)]


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "unknown"), (0.0, "$0.00"), (1234.5, "$1,234.50"), (-3.456, "-$3.46"), (0.004, "$0.00")],
)
def test_money_is_said_in_dollars_and_cents_or_unknown(value, said):
    assert page.usd(value) == said


def test_a_control_character_in_a_label_does_not_end_the_process():
    names = {"111111111111": "shop\x00\x0f\x1b[31m", "222222222222": "\ud800"}
    assert "shop··" in charts.savings_by_service(a_report().findings, names).wide
