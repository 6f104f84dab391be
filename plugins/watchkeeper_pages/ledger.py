"""Pages read from the ledger: overview, plans, one plan, journal. They show and change nothing."""

from itertools import chain
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from include.ledger import Ledger, export, rights, views, watch
from include.ledger.journal import BEGINNING
from include.policies.journal import journal_policy
from include.reports import folders, heads
from include.reports.pages import render
from watchkeeper_pages.access import ReaderDep, SiteDep, page_csp, secure

router = APIRouter()
MOST_PLANS = 200
JOURNAL_PAGE = 50
PROVED_AT_ONCE = 50_000
"""Rows the journal's page proves for one answer: about a second. Of more, those since the last proof."""


@router.get("/")
def overview(site: SiteDep, reader: ReaderDep) -> Response:
    """What was found last, what waits, what went wrong."""
    ledger = views.overview(Ledger.from_env())
    reports = reader.only(folders.reports(folders.root(), limit=20), lambda one: one["dag_id"])
    pending = reader.only(ledger.pending, lambda row: row.dag_id)
    return _page(
        "overview",
        site,
        ledger=ledger,
        waiting=[row for row in pending if row.state == "awaiting_sign_off"],
        recent=reader.only(ledger.recent, lambda row: row.dag_id)[:6],
        report=next((one for one in reports if one["kind"] == "cost"), None),
        capacity=next((one for one in reports if one["kind"] == "capacity"), None),
        reports=reports[:4],
    )


@router.get("/plans")
def plans(site: SiteDep, reader: ReaderDep) -> Response:
    """The newest plans."""
    rows = reader.only(views.plans(Ledger.from_env(), MOST_PLANS), lambda row: row.dag_id)
    return _page("plans", site, plans=rows, limit=MOST_PLANS)


@router.get("/plans/{digest}")
def plan(digest: str, site: SiteDep, reader: ReaderDep) -> Response:
    """One plan in full; 404 for a digest that names none, or none this user may read."""
    view = views.plan(Ledger.from_env(), digest)
    if view is None or not reader.may_read(view.row.dag_id):
        raise HTTPException(404)
    changes = view.plan.changes if view.plan else ()
    found = view.plan and folders.find(folders.root(), view.row.dag_id, view.plan.snapshot_id, "report.html")
    return _page(
        "plan",
        site,
        view=view,
        executions={one.change_id: one for one in view.executions},
        careful=[one for one in changes if one.risk == "high" or one.destructive or one.inverse is None],
        has_report=bool(found),
    )


@router.get("/journal")
def journal(site: SiteDep, before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None) -> Response:
    """The journal, newest first, with its chain and the reports' heads proved for this very answer; of a long
    one what came since `verify_journal` last proved the whole."""
    ledger = Ledger.from_env()
    published, problems = heads.published(folders.root())
    proved = watch.last(ledger, "journal.verified", "journal.broken")
    newest = views.journal(ledger, limit=1)
    long = bool(newest) and newest[0].seq > PROVED_AT_ONCE
    since = watch.head_of(proved) if long else BEGINNING
    return _page(
        "journal",
        site,
        proof=views.verify_journal(ledger, published, since=since) if since else None,
        since=since,
        heads=published,
        problems=problems + rights.problems(ledger),
        proved=proved,
        bucket=watch.last(ledger, "journal.published", "journal.not_published"),
        publishes=journal_policy().publish_to is not None,
        rows=views.journal(ledger, before, JOURNAL_PAGE),
        paged=before is not None,
    )


@router.get("/journal.jsonl")
def journal_export() -> Response:
    """The whole journal as JSON Lines, streamed; `python -m include.ledger.export verify` proves the file."""
    lines = export.lines(Ledger.from_env())
    first = next(lines, b"")  # a ledger that is down is said so before anything is sent
    answer = StreamingResponse(
        chain([first], lines),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="journal.jsonl"'},
    )
    return secure(answer, "default-src 'none'")


def _page(name: str, site: SiteDep, **content: object) -> Response:
    return secure(HTMLResponse(render(name, site, **content)), page_csp())
