"""What the pages say, and that they say it of the ledger as it is."""

import html
import re

import pytest
from sqlalchemy import text

from include.ledger import export, views, watch
from include.reports.cost import write
from tests.pages.conftest import (
    HOSTILE,
    NOW,
    a_change,
    a_plan,
    an_irreversible_change,
    freeze,
    store,
)
from tests.reports.examples import a_report


def words(response):
    body = re.sub(r"<(script|style)>.*?</\1>", " ", response.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture
def ann(home, visit):
    return visit("ann")


def test_an_empty_house_says_so(ann):
    assert "No sweep has reported yet" in words(ann.get("/watchkeeper/"))
    assert "No plan has been made yet" in words(ann.get("/watchkeeper/plans"))
    assert "No report has been written yet" in words(ann.get("/watchkeeper/reports"))
    assert "The chain holds. 0 entries" in words(ann.get("/watchkeeper/journal"))


def test_the_overview_says_what_was_found_what_waits_and_what_is_missing(ann, ledger, report):
    digest = store(ledger, a_plan())
    page = ann.get("/watchkeeper/")
    said = words(page)
    assert "$98.93 6 findings; 1 of unknown saving, not in the sum" in said
    assert "Waiting for sign-off 1 Answer under Required Actions" in said
    assert "rds:DescribeDBInstances AccessDenied" in said
    assert f'href="/watchkeeper/plans/{digest}"' in page.text
    assert 'href="/required_actions?response_received=false"' in page.text
    assert 'href="/watchkeeper/reports/cost_sweep/20261122T213000Z-4f1a/report.html"' in page.text


def test_the_overview_says_what_needs_a_human_and_what_is_frozen(ann, ledger):
    plan = a_plan()
    (_, lost) = plan.changes
    unsettled = {lost.change_id: {"state": "unknown", "reason": "killed after the call"}}
    store(ledger, plan, state="partly_applied", executions=unsettled)
    freeze(ledger, "Black Friday")
    said = words(ann.get("/watchkeeper/"))
    assert "1 change needs a human." in said
    assert f"{lost.change_id} of plan {plan.digest[:12]} : killed after the call" in said
    assert "Frozen until 2999-01-01 00:00 UTC by ben: Black Friday" in said


def test_a_plan_shows_every_change_before_and_after_with_what_speaks_for_and_against_it(ann, ledger):
    plan = a_plan()
    page = ann.get(f"/watchkeeper/plans/{store(ledger, plan)}")
    said = words(page)
    for change in plan.changes:
        assert f'id="{change.change_id}"' in page.text
        assert change.reason in said
        for permission in change.permissions:
            assert permission in said
    assert "volume_type gp2 gp3" in said
    assert "throughput_mibps not set 125" in said
    assert "1 field stays as it is size_gib 500 500" in said
    assert "$11.00 per month, AWS price list, 2026-11-01" in said
    assert "unknown price not known" in said
    assert "The resource will be gone." in said
    assert "None. AWS may give the address to somebody else." in said
    assert 'Way back ec2.modify_volume on vol-0a1b2c3d with {"volume_type": "gp2"}' in said
    for chip in ("risk low", "risk medium", "effort very low", "destructive", "irreversible"):
        assert chip in said
    assert "Approve, approve in part, or reject" in said


def test_a_schedule_is_read_field_by_field(ann, ledger):
    action = {"recurrence": "0 7 * * 1,2,3,4,5", "min_size": 3}
    change = a_change(
        action="autoscaling.set_schedule",
        resource_type="autoscaling_groups",
        resource_id="shop-tills",
        before={"scheduled": {"watchkeeper-raise": None}},
        after={"scheduled": {"watchkeeper-raise": action}},
    )
    said = words(ann.get(f"/watchkeeper/plans/{store(ledger, a_plan(change))}"))
    assert "scheduled.watchkeeper-raise.min_size not there 3" in said
    assert "scheduled.watchkeeper-raise.recurrence not there 0 7 * * 1,2,3,4,5" in said


def test_a_plan_is_found_by_the_beginning_of_its_digest(ann, ledger):
    digest = store(ledger, a_plan())
    assert digest in ann.get(f"/watchkeeper/plans/{digest[:12]}").text


def test_a_plan_shows_who_signed_and_how_far_each_change_came(ann, ledger):
    plan = a_plan()
    done, stale = plan.changes
    store(
        ledger,
        plan,
        state="partly_applied",
        sign_off={"left_out": ["chg-0123456789ab"]},
        executions={
            done.change_id: {"state": "verified", "attempts": 1, "worker": "w-1", "claimed_at": NOW,
                             "verified_at": NOW, "live": {"state": {"volume_type": "gp3"}}},
            stale.change_id: {"state": "stale", "attempts": 1, "reason": "associated since it was planned",
                              "error_code": "InvalidAddress"},
        },
    )  # fmt: skip
    said = words(ann.get(f"/watchkeeper/plans/{plan.digest}"))
    assert "ann Approve 2026-11-22 21:30 UTC Agreed with the shop team. chg-0123456789ab" in said
    assert "verified 1 attempt by w-1, claimed 2026-11-22 21:30 UTC" in said
    assert "stale: associated since it was planned ( InvalidAddress )" in said
    assert "plan.created" in said
    assert "Approve, approve in part, or reject" not in said


def test_a_plan_says_where_it_came_from_and_went_on(ann, ledger):
    parent = a_plan()
    child = parent.without({parent.changes[1].change_id})
    store(ledger, parent, state="replaced")
    store(ledger, child, origin="cut", state="signed_off")
    above = ann.get(f"/watchkeeper/plans/{parent.digest}")
    assert f'href="/watchkeeper/plans/{child.digest}"' in above.text
    assert f"Went on as {child.digest[:12]} approved in part" in words(above)
    assert f"Cut from {parent.digest[:12]}" in words(ann.get(f"/watchkeeper/plans/{child.digest}"))


def test_an_intact_plan_says_that_its_content_matches(ann, ledger):
    said = words(ann.get(f"/watchkeeper/plans/{store(ledger, a_plan())}"))
    assert "Content matches digest." in said


def test_a_plan_edited_in_the_database_is_refused_loudly_and_not_shown(ann, ledger):
    plan = a_plan()
    store(ledger, plan, content=plan.content.replace("vol-0a1b2c3d", "vol-precious"))
    page = ann.get(f"/watchkeeper/plans/{plan.digest}")
    said = words(page)
    assert "Refused: the stored content no longer gives this digest." in said
    assert 'role="alert"' in page.text
    assert "Content matches digest" not in said
    assert "vol-precious" not in page.text
    assert "Approve, approve in part" not in said
    assert "$11.00" not in said


@pytest.mark.parametrize(
    "digest",
    ["0" * 64, "00000000", "short", "%2e%2e%2fetc", "zz" * 32, "' OR 1=1 --", "%00" * 8, "a" * 5000],
)
def test_a_digest_that_names_no_plan_is_not_found(ann, ledger, digest):
    store(ledger, a_plan())
    response = ann.get(f"/watchkeeper/plans/{digest}")
    assert response.status_code == 404
    assert "Not found" in words(response)


def test_hostile_words_are_shown_as_text(ann, ledger):
    plan = a_plan(
        a_change(name=HOSTILE, reason=HOSTILE, resource_id=HOSTILE, environment=HOSTILE, price_source=HOSTILE,
                 before={HOSTILE: HOSTILE}, after={HOSTILE: "x"}, params={HOSTILE: HOSTILE},
                 permissions=(HOSTILE,)),
        an_irreversible_change(irreversible_because=HOSTILE, also_found=(HOSTILE,)),
        requester=HOSTILE,
    )  # fmt: skip
    change = plan.changes[0].change_id
    broken = {change: {"state": "failed", "reason": HOSTILE, "error_code": HOSTILE, "worker": HOSTILE,
                       "attempts": 1, "result": {HOSTILE: HOSTILE}}}  # fmt: skip
    answer = {"user_name": HOSTILE, "comment": HOSTILE, "left_out": [HOSTILE]}
    store(ledger, plan, executions=broken, sign_off=answer)
    freeze(ledger, HOSTILE)
    for path in ("/", "/plans", f"/plans/{plan.digest}", "/journal"):
        page = ann.get("/watchkeeper" + path)
        assert "<script>alert" not in page.text
        assert re.search(r"=[\"'][^\"'<>]*<script", page.text) is None
    assert HOSTILE in words(ann.get(f"/watchkeeper/plans/{plan.digest}"))


def test_the_journal_proves_its_chain_and_pages_back(ann, ledger):
    digests = [store(ledger, a_plan(a_change(resource_id=f"vol-{i}"))) for i in range(60)]
    page = ann.get("/watchkeeper/journal")
    assert "The chain holds. 60 entries" in words(page)
    assert digests[-1] in page.text
    assert digests[0] not in page.text
    assert "/watchkeeper/journal?before=11" in page.text
    older = ann.get("/watchkeeper/journal?before=11")
    assert digests[0] in older.text
    assert "Older entries" not in words(older)


def test_a_journal_edited_behind_its_back_says_where(ann, ledger, owner):
    for i in range(3):
        store(ledger, a_plan(a_change(resource_id=f"vol-{i}")))
    with owner.transaction() as session:
        session.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE journal SET body = '{}' WHERE seq = 2"))
    said = words(ann.get("/watchkeeper/journal"))
    assert "The chain is broken at entry 2." in said
    assert "The chain holds" not in said


def test_a_long_journal_is_proved_from_where_it_was_proved_last(ann, ledger, owner, monkeypatch):
    monkeypatch.setattr("watchkeeper_pages.ledger.PROVED_AT_ONCE", 3)
    for i in range(3):
        store(ledger, a_plan(a_change(resource_id=f"vol-{i}")))
    assert "3 entries checked just now, from the first" in words(ann.get("/watchkeeper/journal"))
    store(ledger, a_plan(a_change(resource_id="vol-3")))
    said = words(ann.get("/watchkeeper/journal"))
    assert "Not proved here." in said
    assert "The chain holds" not in said
    proved = views.verify_journal(ledger)
    body = {"heads_of_reports": 0, "heads_of_bucket": None, "problems": []}
    watch.note(ledger, "journal.verified", body | {"rows": proved.rows, "head": proved.head}, now=NOW)
    store(ledger, a_plan(a_change(resource_id="vol-4")))
    assert "2 entries checked just now, those after entry 4" in words(ann.get("/watchkeeper/journal"))
    with owner.transaction() as session:
        session.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE journal SET body = '{}' WHERE seq = 6"))
    assert "The chain is broken at entry 6." in words(ann.get("/watchkeeper/journal"))


@pytest.mark.parametrize("before", ["0", "-1", "x", "1e9", "99999999999999999999999"])
def test_a_place_in_the_journal_that_cannot_be_is_refused_politely(ann, before):
    response = ann.get(f"/watchkeeper/journal?before={before}")
    assert response.status_code == 422
    assert "Not understood" in words(response)


@pytest.mark.parametrize("path", ["/", "/plans", f"/plans/{a_plan().digest}", "/journal"])
@pytest.mark.parametrize(
    "url", [None, "postgresql+psycopg://nobody@127.0.0.1:1/none"], ids=["not named", "down"]
)
def test_a_ledger_that_is_down_is_said_to_be_down(ann, monkeypatch, path, url):
    monkeypatch.delenv("WATCHKEEPER_LEDGER")
    if url:
        monkeypatch.setenv("WATCHKEEPER_LEDGER", url)
    response = ann.get("/watchkeeper" + path)
    assert response.status_code == 503
    assert "The ledger cannot be reached" in words(response)
    assert "nobody@" not in response.text


def test_a_missing_setting_is_named(ann, monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_REPORTS")
    monkeypatch.delenv("WATCHKEEPER_LAKE", raising=False)
    response = ann.get("/watchkeeper/reports")
    assert response.status_code == 503
    assert "Set WATCHKEEPER_REPORTS" in words(response)


def test_the_journal_downloads_as_lines_that_prove_themselves(ann, ledger, tmp_path):
    for i in range(3):
        store(ledger, a_plan(a_change(resource_id=f"vol-{i}")))
    response = ann.get("/watchkeeper/journal.jsonl")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == 'attachment; filename="journal.jsonl"'
    assert response.headers["Cache-Control"] == "no-store"
    file = tmp_path / "journal.jsonl"
    file.write_bytes(response.content)
    assert export.verify_file(file) == views.verify_journal(ledger)
    assert len(response.content.splitlines()) == 3
    assert "/watchkeeper/journal.jsonl" in ann.get("/watchkeeper/journal").text


def test_a_head_that_a_report_published_and_the_journal_lacks_breaks_the_page(ann, home):
    write(home / "reports", a_report(journal_seq=9, journal_head="9f2c" * 16))
    said = words(ann.get("/watchkeeper/journal"))
    assert "The chain is broken at entry 9." in said
    assert "was published (report cost_sweep/" in said


def test_the_journals_page_says_what_guards_it_and_when_it_was_proved(ann, ledger):
    said = words(ann.get("/watchkeeper/journal"))
    assert "never: switch the DAG on" in said
    assert "heads are published in reports only" in said
    body = {"rows": 0, "head": "0" * 64, "heads_of_reports": 2, "heads_of_bucket": 1, "problems": []}
    watch.note(ledger, "journal.verified", body, now=NOW)
    told = {"seq": 7, "hash": "f" * 64, "bucket": "heads", "from": "x", "why": "<b>denied</b>"}
    watch.note(ledger, "journal.not_published", told, now=NOW)
    response = ann.get("/watchkeeper/journal")
    said = words(response)
    assert "whole, against 2 heads in reports and 1 head in the bucket" in said
    assert "row 7 was not published" in said
    assert "<b>denied</b>" not in response.text


def test_a_page_that_connects_with_too_many_rights_says_so(ann, owner, monkeypatch):
    assert "safeguards are not whole" not in words(ann.get("/watchkeeper/journal"))
    monkeypatch.setenv("WATCHKEEPER_LEDGER", owner.url)
    said = words(ann.get("/watchkeeper/journal"))
    assert "Its safeguards are not whole." in said
    assert "which is a superuser" in said
