"""What a user does, in a real browser, on a real Airflow: log in, look, approve, see the result."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from include.ledger import views
from include.stack import demo, proof
from include.stack.follow import Follower
from tests.conftest import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ARTEFACTS = ROOT / "artefacts"
PAGES = ["", "plans", "reports", "journal"]


@pytest.fixture
def page(browser: Browser):
    """A fresh browser window; pictures of it go to `artefacts/`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield context.new_page()
    context.close()


def picture(page: Page, name: str) -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def log_in(page: Page, stack, user: str) -> None:
    page.goto(f"{stack.url}/auth/login")
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(stack.passwords[user])
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_url(lambda url: "/auth/login" not in url)


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_sees_nothing(stack, name):
    answer = httpx.get(f"{stack.url}/watchkeeper/{name}", follow_redirects=False, trust_env=False)
    assert answer.status_code in {302, 303, 307, 401, 403}
    assert "saving" not in answer.text.lower()


def test_a_viewer_may_look_but_not_answer(swept):
    headers = {"Authorization": f"Bearer {swept.stack.token('vic')}"}
    question = swept.questions[0]["task_instance"]
    path = (
        f"/api/v2/dags/{question['dag_id']}/dagRuns/{question['dag_run_id']}/taskInstances/"
        f"{question['task_id']}/{question['map_index']}/hitlDetails"
    )
    with httpx.Client(base_url=swept.stack.url, headers=headers, trust_env=False, timeout=60) as http:
        assert http.get("/watchkeeper/plans").status_code == 200
        body = {"chosen_options": ["Approve"], "params_input": {"comment": "as a viewer", "leave_out": None}}
        assert http.patch(path, json=body).status_code == 403


def test_the_sweep_in_airflow_finds_the_whole_ground_truth(swept):
    truth = httpx.get(f"{swept.stack.settings.aws_endpoint}/watchkeeper-sim/truth", trust_env=False).json()
    fields = ("check_id", "account_id", "region", "resource_id", "status")
    lake = swept.stack.lake
    kept = lake.read("findings", lake.snapshot().snapshot_id).filter(domain="cost")
    found = kept.select(fields).collect()
    assert set(found.rows()) == {tuple(line[field] for field in fields) for line in truth["expected"]}


def test_a_human_approves_in_the_browser_and_the_changes_are_made(swept, page):
    stack = swept.stack
    log_in(page, stack, "ben")
    page.goto(f"{stack.url}/required_actions?response_received=false")
    page.locator("a[href*='change.sign_off']").first.click()
    expect(page.get_by_test_id("hitl-option-Approve")).to_be_enabled()
    picture(page, "1-question")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Every change, before and after").click()
    plan = opened.value
    expect(plan.get_by_text("Content matches digest.")).to_be_visible()
    picture(plan, "2-plan")
    plan.close()

    page.locator("#element_comment").fill("looked at every change; go ahead")
    page.get_by_test_id("hitl-option-Approve").click()
    with stack.api("ben") as api:
        follower = Follower(api, check=stack.check, say=print)
        follower.until("the answer", lambda: not api.questions(demo.SWEEP, swept.run_id), seconds=60)
        assert follower.questions(demo.SWEEP, swept.run_id, seconds=600) == []
        assert api.run_state(demo.SWEEP, swept.run_id) == "success"

    with demo.clients(stack.environment) as reading:
        seen = proof.look(stack.ledger, swept.run_id, reading)
    assert seen
    assert [one for one in seen if not one.holds] == []
    row = views.plans(stack.ledger)[0]
    page.goto(f"{stack.url}/watchkeeper/plans/{row.digest}")
    expect(page.get_by_text("verified").first).to_be_visible()
    picture(page, "3-result")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "4-result-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{stack.url}/plugin/watchkeeper-overview")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    picture(page, "5-overview-in-airflow")
