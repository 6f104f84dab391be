"""Files of the reports and of the Data Docs. A name leads to a file below its folder, or nowhere."""

import os
from mimetypes import guess_type
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse, HTMLResponse

from include.core.errors import WatchkeeperError
from include.reports import folders
from include.reports.pages import render
from watchkeeper_pages.access import DOCS_CSP, REPORT_CSP, ReaderDep, SiteDep, page_csp, secure

router = APIRouter()


@router.get("/reports")
@router.get("/reports/")
def reports(site: SiteDep, reader: ReaderDep) -> Response:
    """The newest reports this user may read."""
    rows = reader.only(folders.reports(folders.root()), lambda one: one["dag_id"])
    return secure(HTMLResponse(render("reports", site, reports=rows)), page_csp())


@router.get("/reports/{dag_id}/{snapshot_id}/{name}")
def report(dag_id: str, snapshot_id: str, name: str, reader: ReaderDep) -> Response:
    """One file of one report: the page itself, or a download."""
    path = folders.find(folders.root(), dag_id, snapshot_id, name)
    if path is None or not reader.may_read(dag_id):
        raise HTTPException(404)
    if name == folders.PAGE:
        return secure(FileResponse(path, media_type=folders.FILES[name]), REPORT_CSP)
    kept_as = f"{dag_id}-{snapshot_id}-{name}"
    return secure(FileResponse(path, media_type=folders.FILES[name], filename=kept_as), "default-src 'none'")


@router.get("/data-docs/{path:path}")
def data_docs(path: str, site: SiteDep) -> Response:
    """The verdicts on every dataset, as Great Expectations wrote them."""
    folder = os.environ.get("WATCHKEEPER_DATA_DOCS")
    if not folder:
        raise WatchkeeperError(
            "data docs: WATCHKEEPER_DATA_DOCS is not set: expected the folder collect_estate writes to."
        )
    wanted = f"{path}index.html" if path.endswith("/") or not path else path
    found = folders.inside(Path(folder), wanted)
    if found is None and not path:
        said = {
            "title": "No Data Docs yet",
            "text": "They appear once collect_estate has validated a snapshot.",
        }
        return secure(HTMLResponse(render("message", site, link=None, **said), status_code=404), page_csp())
    if found is None:
        raise HTTPException(404)
    return secure(FileResponse(found, media_type=guess_type(found.name)[0]), DOCS_CSP)
