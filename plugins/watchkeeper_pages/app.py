"""The application under `/watchkeeper`: guarded routes, and an honest page for every refusal."""

from functools import cache
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from include.core.errors import LedgerUnavailable, WatchkeeperError
from include.reports.pages import Site, render
from watchkeeper_pages import capacity, files, ledger
from watchkeeper_pages.access import guard, page_csp, secure

_SAID = {
    401: ("Not logged in", "Log in to Airflow to see this page."),
    403: (
        "Not permitted",
        "Your role may not read the DAG this page is about. Ask whoever runs this Airflow.",
    ),
    404: ("Not found", "There is nothing here by that name, or more than one thing begins with it."),
    405: ("Not possible", "These pages only show. Sign-offs are given under Airflow's Required Actions."),
}


@cache
def app() -> FastAPI:
    """Built once. No OpenAPI page: it would answer anybody."""
    built = FastAPI(
        title="Watchkeeper", openapi_url=None, docs_url=None, redoc_url=None, dependencies=[guard]
    )
    built.include_router(ledger.router)
    built.include_router(files.router)
    built.include_router(capacity.router)
    built.add_exception_handler(StarletteHTTPException, _refused)
    built.add_exception_handler(RequestValidationError, _not_understood)
    built.add_exception_handler(LedgerUnavailable, _ledger_down)
    built.add_exception_handler(WatchkeeperError, _misconfigured)
    return built


def _message(
    request: Request, status: int, title: str, text: str, link: dict[str, object] | None = None
) -> Response:
    site = Site(request.scope.get("root_path", "").rstrip("/"))
    page = render("message", site, title=title, text=text, link=link)
    return secure(HTMLResponse(page, status_code=status), page_csp())


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException | StarletteHTTPException) else 500
    title, text = _SAID.get(status, ("Refused", "This cannot be shown."))
    site = Site(request.scope.get("root_path", "").rstrip("/"))
    if status == 401:
        return _message(request, status, title, text, _log_in(request))
    return _message(
        request, status, title, text, {"href": f"{site.base}/", "label": "Overview", "airflow": False}
    )


def _log_in(request: Request) -> dict[str, object]:
    back = quote(str(request.url), safe="")
    login = get_auth_manager().get_url_login()
    return {"href": f"{login}{'&' if '?' in login else '?'}next={back}", "label": "Log in", "airflow": True}


def _not_understood(request: Request, error: Exception) -> Response:
    return _message(request, 422, "Not understood", "The address asks for something this page does not know.")


def _ledger_down(request: Request, error: Exception) -> Response:
    return _message(
        request,
        503,
        "The ledger cannot be reached",
        "Plans, sign-offs and the journal cannot be read, and while that is so nothing is applied. "
        "Check that PostgreSQL runs, that WATCHKEEPER_LEDGER names it and that its migrations are applied.",
    )


def _misconfigured(request: Request, error: Exception) -> Response:
    return _message(request, 503, "Not set up", str(error))
