"""What a user does, in a real browser, on a real Airflow: log in, look, approve, see the result.

And what somebody tries who wants changes made without being asked: see tests/change/test_bypasses.py too.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from include.ledger import freezes, views
from include.stack import demo, proof
from include.stack.follow import Follower
from tests.conftest import ROOT
from tests.e2e import road

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ARTEFACTS = ROOT / "artefacts"
PAGES = ["", "plans", "reports", "journal"]


@contextmanager
def window(browser: Browser) -> Iterator[Page]:
    """A fresh browser window; pictures of it go to `artefacts/`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser) as opened:
        yield opened


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


def open_question(page: Page, swept) -> None:
    run = quote(swept.run_id, safe="")
    task = f"dags/{demo.SWEEP}/runs/{run}/tasks/change.sign_off/mapped/0"
    page.goto(f"{swept.stack.url}/{task}/required_actions")
    expect(page.get_by_test_id("hitl-option-Approve")).to_be_enabled()


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


def names(question):
    return sorted(user["name"] for user in question["assigned_users"])


@pytest.mark.bypass
def test_who_started_the_collecting_is_the_requester_and_may_not_answer(swept):
    (question,) = swept.questions
    assert names(question) == ["ben", "cat"]
    with swept.stack.api("ann") as api:
        assert road.answer_by(api, question) == 403
    (view,) = views.plans_of_run(swept.stack.ledger, demo.SWEEP, swept.run_id)
    assert (view.row.requester, view.state) == ("ann", "awaiting_sign_off")


@pytest.mark.bypass
def test_an_administrator_who_is_no_approver_may_not_answer(swept):
    with swept.stack.api("admin") as api:
        assert road.answer_by(api, swept.questions[0]) == 403


def test_hostile_names_are_only_text_in_the_question(swept, page):
    stack, asked, said = swept.stack, [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    log_in(page, stack, "ben")
    open_question(page, swept)
    body = page.locator("table").last
    shown = page.inner_text("body")
    there = [text for text in road.HOSTILE if any(text.split()[0] in line for line in shown.splitlines())]
    assert there, "no hostile name is among the riskiest and the dearest"
    assert page.evaluate("window.hacked") is None
    assert said == []
    assert body.locator("img, script, style, iframe, svg").count() == 0
    links = [link.get_attribute("href") for link in page.locator("table a").all()]
    assert [href for href in links if href and "evil" in href] == []
    assert [url for url in asked if not url.startswith((stack.url, "data:", "blob:"))] == []
    picture(page, "6-hostile-names")


@pytest.fixture(scope="module")
def sign_off_marked(tempted):
    """Ann marks the question's task "success"; then Ben's answer reaches Airflow, and nobody records it."""
    road.mark_success(tempted.stack, tempted.run_id, "sign_off")
    with tempted.stack.api("ben") as api:
        forged = road.answer_by(api, tempted.question)
    return tempted, forged


@pytest.mark.bypass
def test_a_sign_off_marked_success_leaves_the_gate_shut(sign_off_marked):
    tempted, _ = sign_off_marked
    assert "0 of 1 sign-offs" in road.told(tempted.stack, tempted.digest, "gate.wait")
    assert road.untouched(tempted.stack, tempted.digest)


@pytest.mark.bypass
def test_an_answer_that_only_airflow_holds_is_no_sign_off(sign_off_marked):
    tempted, forged = sign_off_marked
    assert forged == 200, "Airflow keeps the answer although the task has ended"
    road.told(tempted.stack, tempted.digest, "gate.wait", "0 of 1 sign-offs")
    assert views.plan(tempted.stack.ledger, tempted.digest).signoffs == []
    assert road.untouched(tempted.stack, tempted.digest)


@pytest.mark.bypass
def test_sign_off_and_gate_marked_success_apply_nothing(sign_off_marked):
    tempted, _ = sign_off_marked
    road.told(tempted.stack, tempted.digest, "gate.wait")
    road.mark_success(tempted.stack, tempted.run_id, "gate")
    assert "0 of 1 sign-offs" in road.told(tempted.stack, tempted.digest, "apply.refused")
    road.end(tempted.stack, tempted.run_id)
    assert road.untouched(tempted.stack, tempted.digest)


@pytest.fixture(scope="module")
def signed_by_two(for_two):
    """Ben signs, is not asked again, and Cat signs while changes are frozen. What each was told."""
    stack, first = for_two.stack, for_two.question
    seen = {"first": names(first), "before": [one.user_name for one in _plan(for_two).signoffs]}
    now = datetime.now(UTC)
    freeze = freezes.set_freeze(
        stack.ledger, reason="incident 7", owner="ann", now=now, expires_at=now + timedelta(hours=1)
    )
    with stack.api("ann") as api:
        seen["requester"] = road.answer_by(api, first)
    with stack.api("ben") as api:
        seen["ben"] = road.answer_by(api, first)
        follower = Follower(api, check=stack.check, say=print)
        follower.until(
            "the second question",
            lambda: [q for q in api.questions(demo.SWEEP, for_two.run_id) if q != first],
            seconds=300,
        )
        (second,) = follower.questions(demo.SWEEP, for_two.run_id, seconds=300)
        seen["second"] = (second["task_instance"]["task_id"], names(second))
        seen["ben again"] = road.answer_by(api, second)
    with stack.api("cat") as api:
        seen["cat"] = road.answer_by(api, second)
    yield for_two, seen
    road.end(stack, for_two.run_id)
    freezes.lift(stack.ledger, freeze, by="ann", now=datetime.now(UTC))


def _plan(tempted):
    return views.plan(tempted.stack.ledger, tempted.digest)


def test_a_second_person_is_asked_only_after_the_first_and_is_another(signed_by_two):
    for_two, seen = signed_by_two
    assert seen == {
        "before": [],
        "first": ["ben", "cat"],
        "requester": 403,
        "ben": 200,
        "second": (demo.SECOND, ["cat"]),
        "ben again": 403,
        "cat": 200,
    }
    road.told(for_two.stack, for_two.digest, "gate.wait", "incident 7")
    assert [one.user_name for one in _plan(for_two).signoffs] == ["ben", "cat"]


@pytest.mark.bypass
def test_a_gate_marked_success_in_a_freeze_applies_nothing(signed_by_two):
    for_two, _ = signed_by_two
    stack = for_two.stack
    road.told(stack, for_two.digest, "gate.wait", "incident 7")
    headers = {"Authorization": f"Bearer {stack.token('vic')}"}
    plan = httpx.get(f"{stack.url}/watchkeeper/plans/{for_two.digest}", headers=headers, trust_env=False)
    assert "incident 7" in plan.text, "the plan's page says what the gate waits for"
    road.mark_success(stack, for_two.run_id, "gate")
    assert "incident 7" in road.told(stack, for_two.digest, "apply.refused")
    assert road.untouched(stack, for_two.digest)


def test_the_sweep_in_airflow_finds_the_whole_ground_truth(swept):
    truth = httpx.get(f"{swept.stack.settings.aws_endpoint}/watchkeeper-sim/truth", trust_env=False).json()
    fields = ("check_id", "account_id", "region", "resource_id", "status")
    lake = swept.stack.lake
    kept = lake.read("findings", lake.snapshot().snapshot_id).filter(domain="cost")
    found = kept.select(fields).collect()
    assert set(found.rows()) == {tuple(line[field] for field in fields) for line in truth["expected"]}


@pytest.fixture(scope="module")
def approved(swept, sign_off_marked, signed_by_two, browser):
    """Ben approves the sweep in the browser, after everything was planned that must find nothing changed."""
    stack = swept.stack
    with window(browser) as page:
        log_in(page, stack, "ben")
        open_question(page, swept)
        picture(page, "1-question")
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Every change, before and after").click()
        plan = opened.value
        expect(plan.get_by_text("Content matches digest.")).to_be_visible()
        picture(plan, "2-plan")
        page.locator("#element_comment").fill("looked at every change; go ahead")
        page.get_by_test_id("hitl-option-Approve").click()
        with stack.api("ben") as api:
            follower = Follower(api, check=stack.check, say=print)
            follower.until("the answer", lambda: not api.questions(demo.SWEEP, swept.run_id), seconds=60)
            assert follower.questions(demo.SWEEP, swept.run_id, seconds=600) == []
            assert api.run_state(demo.SWEEP, swept.run_id) == "success"
    return swept


def test_a_human_approves_in_the_browser_and_the_changes_are_made(approved, page):
    stack = approved.stack
    with demo.clients(stack.environment) as reading:
        seen = proof.look(stack.ledger, approved.run_id, reading)
    assert seen
    assert [one for one in seen if not one.holds] == []
    (view,) = views.plans_of_run(stack.ledger, demo.SWEEP, approved.run_id)
    log_in(page, stack, "vic")
    page.goto(f"{stack.url}/watchkeeper/plans/{view.row.digest}")
    expect(page.get_by_text("verified").first).to_be_visible()
    picture(page, "3-result")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "4-result-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{stack.url}/plugin/watchkeeper-overview")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    picture(page, "5-overview-in-airflow")


@pytest.mark.bypass
def test_apply_cleared_and_run_again_after_success_changes_nothing(approved):
    stack = approved.stack
    (before,) = views.plans_of_run(stack.ledger, demo.SWEEP, approved.run_id)
    road.run_again(stack, approved.run_id, "apply")
    assert "applied" in road.told(stack, before.row.digest, "apply.repeated")
    (after,) = views.plans_of_run(stack.ledger, demo.SWEEP, approved.run_id)
    assert after.executions == before.executions
    with demo.clients(stack.environment) as reading:
        assert all(one.holds for one in proof.look(stack.ledger, approved.run_id, reading))
