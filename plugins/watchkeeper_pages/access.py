"""Who may see what: Airflow's own login and DAG permissions, and the headers of every answer."""

from collections.abc import Iterable
from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import GetUserDep, get_user, requires_access_dag
from fastapi import Depends, HTTPException, Request, Response

from include.reports.pages import Site, script_source

HOME_DAG = "cost_sweep"
"""Whoever may read this DAG may see the pages; a plan or report of another DAG needs that DAG too."""

CAPACITY_DAG = "capacity_forecast"
"""Whoever may read this one too may see what runs out."""

guard = Depends(requires_access_dag("GET", param_dag_id=HOME_DAG))

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
REPORT_CSP = f"{_NOTHING}; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
"""A report is self-contained: only what is inline runs; its own meta element narrows that to one script."""
DOCS_CSP = f"{_NOTHING}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:"
"""Data Docs quote values of the estate: they are shown, and no script in them runs."""


def page_csp(*, forms: bool = False) -> str:
    """Nothing but inline style and the scripts that are known; with `forms`, these may ask this server."""
    nothing = _NOTHING.replace("form-action 'none'", "form-action 'self'") if forms else _NOTHING
    return f"{nothing}; style-src 'unsafe-inline'; script-src {script_source()}; img-src data:"


def secure(response: Response, csp: str) -> Response:
    """Headers of every answer. Pages are private and change: no copy is kept."""
    response.headers.update({
        "Content-Security-Policy": csp,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    })
    return response


def site(request: Request, user: GetUserDep) -> Site:
    """The signed-in user's view of the pages."""
    return Site(request.scope.get("root_path", "").rstrip("/"), user.get_name())


SiteDep = Annotated[Site, Depends(site)]


class Reader:
    """What one user may read, asked of Airflow once per DAG and request."""

    def __init__(self, request: Request, user: GetUserDep) -> None:
        self._request, self._user = request, user
        self._known: dict[str, bool] = {HOME_DAG: True}

    def may_read(self, dag_id: str) -> bool:
        if dag_id not in self._known:
            self._known[dag_id] = self._ask(dag_id)
        return self._known[dag_id]

    def only(self, rows: Iterable[Any], dag_id: Any) -> list[Any]:
        """The rows whose DAG (`dag_id(row)`) the user may read."""
        return [row for row in rows if self.may_read(dag_id(row))]

    def _ask(self, dag_id: str) -> bool:
        try:
            requires_access_dag("GET", param_dag_id=dag_id)(self._request, self._user)
        except HTTPException as refused:
            if refused.status_code != 403:
                raise
            return False
        return True


ReaderDep = Annotated[Reader, Depends(Reader)]

__all__ = [
    "CAPACITY_DAG",
    "DOCS_CSP",
    "HOME_DAG",
    "REPORT_CSP",
    "ReaderDep",
    "SiteDep",
    "get_user",
    "guard",
    "page_csp",
    "secure",
]
