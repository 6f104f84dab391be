"""The capacity report in a real browser without a network: it opens, narrows, sorts, and fits."""

import pytest

from include.reports.capacity import write
from tests.reports.browser import WIDTHS, chromium, complaints, overflow
from tests.reports.capacity_examples import FOLLOWED, WHAT_IF, a_capacity_report, outlook, unknown


@pytest.fixture(scope="module")
def contexts():
    with chromium() as make:
        yield make


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    hostile = outlook(
        days=3.0, resource_id="x" * 300, name="<script>window.hacked = 1</script>" * 4, reason="b" * 500
    )
    more = [outlook(300.0, None, resource_id=f"db-{i}", limit=500.0) for i in range(120)]
    report = a_capacity_report(*FOLLOWED, WHAT_IF, hostile, unknown(resource_id="y" * 300), *more)
    return write(tmp_path_factory.mktemp("reports"), report).html.as_uri()


def test_it_opens_without_a_network_and_the_list_narrows_and_sorts(contexts, address):
    context = contexts(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    said, asked = complaints(page), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    rows = page.locator("#table tbody tr")
    assert page.locator("#f-count").inner_text() == "100 of 127 shown"
    page.get_by_label("Verdict", exact=True).select_option(label="plan due")
    assert [text.split()[0] for text in rows.locator("td:first-child").all_inner_texts()] == ["2", "11", "39"]
    page.get_by_label("What", exact=True).select_option(label="Storage of a database")
    page.get_by_role("columnheader", name="Days left").get_by_role("button").press("Enter")
    assert [text.split()[0] for text in rows.locator("td:first-child").all_inner_texts()] == ["39", "2"]
    page.get_by_role("link", name="Chart of Storage of a database, shop database").press("Enter")
    assert page.locator("article:target h3").inner_text() == "Storage of a database, shop database"
    assert asked == [address]
    assert said == []
    assert page.evaluate("window.hacked") is None
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_the_window(contexts, address, width, theme):
    context = contexts(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert overflow(page) <= 0
    shown = [svg for svg in page.locator("figure svg").all() if svg.is_visible()]
    assert len(shown) == 4
    context.close()


def test_every_row_is_there_without_script(contexts, address):
    context = contexts(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("#table tbody tr").count() == 127
    assert page.locator("#controls").is_hidden()
    context.close()
