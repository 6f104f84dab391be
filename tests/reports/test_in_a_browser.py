"""The report in a real browser without a network: it sorts, filters, fits, and fetches nothing."""

import pytest

from include.reports.cost import write
from tests.reports.browser import WIDTHS, chromium, complaints, overflow
from tests.reports.examples import FOUND, a_report, finding, unknown, unpriced


@pytest.fixture(scope="module")
def contexts():
    with chromium() as make:
        yield make


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    extra = [finding(resource_id=f"vol-x{i}", saving_usd_month=i / 100 + 0.01) for i in range(150)]
    hostile = finding(resource_id="vol-h", name="<script>window.hacked = 1</script>", saving_usd_month=500.0)
    long = unpriced(resource_id="arn:aws:elasticloadbalancing:" + "a" * 300, reason="b" * 500)
    report = a_report(*FOUND, hostile, long, unknown(resource_id="vol-u"), *extra)
    return write(tmp_path_factory.mktemp("reports"), report).html.as_uri()


@pytest.fixture
def page(contexts, address):
    context = contexts(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.said = complaints(page)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(address)
    yield page
    context.close()


def column(page, number):
    return page.locator(f"#table tbody tr td:nth-child({number})").all_inner_texts()


def test_it_opens_without_a_network_and_without_a_complaint(page, address):
    assert page.asked == [address]
    assert page.said == []
    assert page.evaluate("window.hacked") is None


def test_it_shows_a_page_of_rows_and_more_on_demand(page):
    assert len(column(page, 1)) == 100
    assert page.locator("#f-count").inner_text() == "100 of 160 shown"
    page.get_by_role("button", name="Show more").click()
    assert len(column(page, 1)) == 160
    assert page.locator("#f-more").is_hidden()


def test_a_column_sorts_by_keyboard_and_unknown_stays_last(page):
    page.get_by_role("searchbox", name="Search").fill("vol-")
    head = page.locator("#table").get_by_role("columnheader", name="USD / month", exact=True)
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(page, 1)[:2] == ["$0.01", "$0.02"]
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(page, 1)[:2] == ["$500.00", "$10.00"]
    page.get_by_role("button", name="Show more").click()
    assert column(page, 1)[-2:] == ["unknown", ""]


@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        ({"Status": "UNKNOWN"}, 2),
        ({"Check": "ec2_idle"}, 1),
        ({"Account": "shop-development"}, 3),
        ({"Account": "shop-development", "Status": "FAIL"}, 2),
        ({"Check": "ec2_idle", "Status": "UNKNOWN"}, 0),
    ],
)
def test_filters_narrow_the_rows_together(page, controls, expected):
    for label, choice in controls.items():
        page.get_by_label(label, exact=True).select_option(label=choice)
    assert len(column(page, 1)) == expected
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.querySelectorAll('#table tbody tr').length === 100")


def test_text_is_searched_in_every_column(page):
    page.get_by_role("searchbox", name="Search").fill("LIMIT: 1 change")
    assert [text.split()[-1] for text in column(page, 5)] == ["vol-2"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_the_window(contexts, address, width, theme):
    context = contexts(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(address)
    for details in page.locator("details").all()[:12]:
        details.evaluate("element => element.open = true")
    assert overflow(page) <= 0
    shown = [svg for svg in page.locator("figure svg").all() if svg.is_visible()]
    assert len(shown) == 2
    light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 251, 249)"
    assert light == (theme == "light")
    context.close()


def test_every_row_is_there_without_script(contexts, address):
    context = contexts(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("#table tbody tr").count() == 160
    assert page.locator("#controls").is_hidden()
    context.close()
