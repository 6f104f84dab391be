"""The pages in a real browser, as the plugin serves them: they fit, obey their policy, leave the frame."""

import pytest

from include.reports.capacity import write
from include.reports.pages import Site
from tests.pages.conftest import NOW, a_change, a_plan, land_forecast, store
from tests.reports.browser import WIDTHS, chromium, complaints, overflow, serve
from tests.reports.capacity_examples import FOLLOWED, WHAT_IF, a_capacity_report, name_of, outlook, series
from tests.reports.examples import a_report

LONG = outlook(resource_id="x" * 250, name="n" * 250, reason="r" * 600, params='{"a": "' + "p" * 300 + '"}')
CAPACITY = [
    "/capacity",
    "/capacity?status=UNKNOWN",
    Site("").series(name_of(LONG)),
    Site("").series(series()),
]
HOST = "http://airflow.test"
FRAME = """<!doctype html><html class="dark"><body><iframe src="/watchkeeper/" style="width:100%;height:800px"
 sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe></body></html>"""


@pytest.fixture(scope="module")
def contexts():
    with chromium() as make:
        yield make


@pytest.fixture
def plan(home, ledger, report):
    plan = a_plan(
        a_change(
            resource_id="vol-" + "9" * 200,
            name="n" * 200,
            reason="r" * 600,
            before={"policy": "p" * 400, "size": 5},
            after={"size": 5},
        ),
        *a_plan().changes,
    )
    done = {
        plan.changes[0].change_id: {"state": "verified", "attempts": 1, "claimed_at": NOW, "worker": "w" * 90}
    }
    store(ledger, plan, executions=done, sign_off={"comment": "c" * 500})
    forecast = a_capacity_report(*FOLLOWED, LONG, WHAT_IF, {**LONG, "scenario": "what_if"})
    land_forecast(forecast)
    write(home / "reports", forecast)
    return plan


@pytest.fixture
def answer(plan, visit):
    client = visit()

    def answered(path):
        if path.startswith("/framed"):
            return 200, {"content-type": "text/html"}, FRAME.encode()
        if not path.startswith("/watchkeeper"):
            return 200, {"content-type": "text/html"}, b"<title>Airflow itself</title>"
        response = client.get(path)
        return response.status_code, dict(response.headers), response.content

    return answered


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_nothing_is_refused_or_fetched(contexts, answer, plan, width, theme):
    context = contexts(viewport={"width": width, "height": 900}, color_scheme=theme)
    asked = serve(context, answer)
    page = context.new_page()
    said = complaints(page)
    paths = ["/", *CAPACITY, "/plans", f"/plans/{plan.digest}", "/reports", "/journal",
             f"/reports/cost_sweep/{a_report().snapshot_id}/report.html"]  # fmt: skip
    for path in paths:
        page.goto(f"{HOST}/watchkeeper{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert overflow(page) <= 0, path
    assert asked == [f"{HOST}/watchkeeper{path}" for path in paths]
    assert said == []
    context.close()


def test_the_keyboard_reaches_the_content_first_and_every_link(contexts, answer, plan):
    context = contexts()
    serve(context, answer)
    page = context.new_page()
    page.goto(f"{HOST}/watchkeeper/plans/{plan.digest}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert {"Overview", "Journal", "Approve, approve in part, or reject"} <= reached
    context.close()


def test_in_airflow_s_frame_the_page_takes_its_theme_and_its_links_leave_the_frame(contexts, answer):
    context = contexts(color_scheme="light")
    serve(context, answer)
    page = context.new_page()
    said = complaints(page)
    page.goto(f"{HOST}/framed")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Plans", exact=True).click()
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    assert frame.get_by_role("link", name="Airflow", exact=True).count() == 0
    frame.get_by_role("link", name="Overview", exact=True).click()
    frame.get_by_role("link", name="Open Required Actions").click()
    page.wait_for_url(f"{HOST}/required_actions?response_received=false")
    assert page.title() == "Airflow itself"
    assert [one for one in said if "sandbox" not in one] == []  # about Airflow's frame, not the pages
    context.close()


def test_what_runs_out_is_narrowed_by_keyboard_inside_airflow_s_frame(contexts, answer):
    context = contexts(color_scheme="light")
    serve(context, answer)
    page = context.new_page()
    page.goto(f"{HOST}/framed")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Capacity", exact=True).press("Enter")
    frame.get_by_role("searchbox", name="Search").fill("shop-db")
    frame.get_by_label("Verdict", exact=True).select_option(label="plan due")
    frame.get_by_role("searchbox", name="Search").press("Enter")
    frame.get_by_role("link", name="Clear").wait_for()
    link = frame.get_by_role("row").get_by_role("link")
    assert [text.split()[:2] for text in link.all_inner_texts()] == [["shop", "database"]]
    link.press("Enter")
    frame.get_by_role("heading", name="Track record").wait_for()
    assert frame.get_by_role("img", name="Storage of a database, shop database").count() == 1
    context.close()
