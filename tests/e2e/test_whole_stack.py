"""What a user does, in a real browser, on a real Airflow: log in, look, approve, see the result.

And what somebody tries who wants changes made without being asked: see tests/change/test_bypasses.py too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from include.change.text import plain
from include.ledger import freezes, views
from include.stack import demo, proof
from include.stack.follow import Follower
from tests.conftest import ROOT
from tests.e2e import road

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ARTEFACTS = ROOT / "artefacts"
ONE_CALL = {
    "ec2.modify_volume": "ec2:ModifyVolume",
    "ec2.release_address": "ec2:ReleaseAddress",
    "ec2.snapshot_delete_volume": "ec2:DeleteVolume",
    "logs.put_retention": "logs:PutRetentionPolicy",
}
"""Actions that make their change with one call, and that call."""
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


def names(question):
    return sorted(user["name"] for user in question["assigned_users"])


@pytest.mark.bypass
def test_who_started_the_collecting_is_the_requester_and_may_not_answer(swept):
    (question,) = swept.questions
    assert names(question) == ["ben", "cat"]
    assert road.answer_as(swept.stack, "ann", question) == 403
    (view,) = views.plans_of_run(swept.stack.ledger, demo.SWEEP, swept.run_id)
    assert view.row.requester == "ann"


@pytest.mark.bypass
@pytest.mark.parametrize("who", ["admin", "vic"])
def test_who_is_no_approver_may_not_answer(swept, who):
    assert road.answer_as(swept.stack, who, swept.questions[0]) == 403
    (view,) = views.plans_of_run(swept.stack.ledger, demo.SWEEP, swept.run_id)
    assert view.row.digest[:12] in road.seen_by(swept.stack, who, "plans"), "but may look"


def test_hostile_names_are_only_text_in_the_question(swept, page):
    stack, asked, said = swept.stack, [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    log_in(page, stack, "ben")
    open_question(page, swept)
    body = page.locator("table").last
    shown = " ".join(page.inner_text("body").split())
    there = [text for text in road.HOSTILE if plain(text)[:60] in shown]
    assert there, "no hostile name is among the riskiest and the dearest"
    assert page.evaluate("window.hacked") is None
    assert said == []
    assert body.locator("img, script, style, iframe, svg").count() == 0
    links = [link.get_attribute("href") for link in page.locator("table a").all()]
    assert [href for href in links if href and "evil" in href] == []
    assert [url for url in asked if "evil" in url] == []
    picture(page, "6-hostile-names")


@pytest.fixture(scope="module")
def marked(tempted):
    """Ann marks the question "success", Ben answers all the same, Ann marks the gate: what came of it."""
    stack, digest = tempted.stack, tempted.digest
    road.mark_success(stack, tempted.run_id, "sign_off")
    seen: dict[str, Any] = {"kept by Airflow": road.answer_as(stack, "ben", tempted.question)}
    seen["gate"] = road.told(stack, digest, "gate.wait", "sign-offs")
    seen["untouched"] = [road.untouched(stack, digest)]
    road.mark_success(stack, tempted.run_id, "gate")
    seen["apply"] = road.told(stack, digest, "apply.refused")
    road.end(stack, tempted.run_id)
    seen["untouched"].append(road.untouched(stack, digest))
    return seen | {"sign-offs": views.plan(stack.ledger, digest).signoffs}


@pytest.mark.bypass
def test_a_sign_off_marked_success_leaves_the_gate_shut(marked):
    assert "0 of 1 sign-offs" in marked["gate"]
    assert marked["untouched"][0]


@pytest.mark.bypass
def test_an_answer_that_only_airflow_holds_is_no_sign_off(marked):
    assert marked["kept by Airflow"] == 200
    assert marked["sign-offs"] == []
    assert "0 of 1 sign-offs" in marked["apply"]
    assert marked["untouched"][1]


@pytest.mark.bypass
def test_sign_off_and_gate_marked_success_apply_nothing(marked):
    assert "0 of 1 sign-offs" in marked["apply"]
    assert marked["untouched"][1]


@pytest.fixture(scope="module")
def signed_by_two(for_two):
    """In a freeze Ben signs, then Cat; Ann marks the gate "success": who may answer, and what came of it.

    While the gate waits, what runs its trigger is killed, and the server it reports to.
    """
    stack, first = for_two.stack, for_two.question
    now = datetime.now(UTC)
    until = now + timedelta(hours=1)
    freeze = freezes.set_freeze(stack.ledger, reason="incident 7", owner="ann", now=now, expires_at=until)
    seen = {"first": names(first), "ann": road.answer_as(stack, "ann", first)}
    seen["ben"] = road.answer_as(stack, "ben", first)
    second = road.next_question(stack, for_two.run_id, first)
    seen["second"] = (second["task_instance"]["task_id"], names(second))
    seen["ben again"] = road.answer_as(stack, "ben", second)
    seen["cat"] = road.answer_as(stack, "cat", second)
    road.told(stack, for_two.digest, "gate.wait", "incident 7")
    stack.kill_and_restart("triggerer", "api-server")
    gate = road.told(stack, for_two.digest, "gate.wait", "incident 7")
    page = road.seen_by(stack, "vic", f"plans/{for_two.digest}")
    road.mark_success(stack, for_two.run_id, "gate")
    refused = road.told(stack, for_two.digest, "apply.refused")
    road.end(stack, for_two.run_id)
    freezes.lift(stack.ledger, freeze, by="ann", now=datetime.now(UTC))
    signed = [one.user_name for one in views.plan(stack.ledger, for_two.digest).signoffs]
    held = {"gate": gate, "page": page, "apply": refused, "signed": signed}
    return seen, held | {"untouched": road.untouched(stack, for_two.digest)}


def test_a_second_person_is_asked_only_after_the_first_and_is_another(signed_by_two):
    seen, held = signed_by_two
    assert seen == {
        "first": ["ben", "cat"],
        "ann": 403,
        "ben": 200,
        "second": (demo.SECOND, ["cat"]),
        "ben again": 403,
        "cat": 200,
    }
    assert held["signed"] == ["ben", "cat"]


def test_the_plan_s_page_says_what_its_gate_waits_for(signed_by_two):
    _, held = signed_by_two
    assert "incident 7" in held["page"]


@pytest.mark.bypass
def test_a_gate_marked_success_in_a_freeze_applies_nothing(signed_by_two):
    _, held = signed_by_two
    assert "incident 7" in held["apply"]
    assert held["untouched"]


def test_the_sweep_in_airflow_finds_the_whole_ground_truth(swept):
    truth = httpx.get(f"{swept.stack.settings.aws_endpoint}/watchkeeper-sim/truth", trust_env=False).json()
    fields = ("check_id", "account_id", "region", "resource_id", "status")
    expected = {tuple(line[field] for field in fields) for line in truth["expected"]}
    assert set(swept.found.select(fields).rows()) == expected


@pytest.fixture(scope="module")
def approved(swept, marked, signed_by_two, browser):
    """Ben approves the sweep in the browser, after everything was planned that must find nothing changed.

    Meanwhile the scheduler is killed, as it may be in the hours a question waits.
    """
    stack = swept.stack
    stack.kill_and_restart("scheduler")
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
        seen = proof.look(stack.ledger, demo.SWEEP, approved.run_id, reading)
    assert seen
    assert [one for one in seen if not one.holds] == []
    (view,) = views.plans_of_run(stack.ledger, demo.SWEEP, approved.run_id)
    assert {one.attempts for one in view.executions} == {1}
    assert road.calls_of_change_role(stack, *ONE_CALL.values()) == Counter(
        ONE_CALL[one.action] for one in view.plan.changes if one.action in ONE_CALL
    ), "each was made exactly once"
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
        assert all(one.holds for one in proof.look(stack.ledger, demo.SWEEP, approved.run_id, reading))
