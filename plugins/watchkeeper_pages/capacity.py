"""Pages read from the lake: what runs out, and one series in full."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from include.core.errors import PolicyError
from include.lake import Lake
from include.policies.capacity import capacity_policy
from include.reports import folders
from include.reports.outlooks import KEY, Row, as_judged, in_zone, ranked, readable
from include.reports.pages import render
from include.reports.pages.capacity import Filters, listing
from include.reports.series import SeriesFrames, SeriesView, named, of, series_view
from watchkeeper_pages.access import CAPACITY_DAG, ReaderDep, SiteDep, page_csp, secure

if TYPE_CHECKING:
    import polars as pl

MOST_SCORES = 60
Short = Annotated[str, Query(max_length=300)]
Name = dict[str, str | None]
"""A series by its KEY."""


def only_for_readers(reader: ReaderDep) -> None:
    """403 for whoever may not read the DAG that makes the forecasts."""
    if not reader.may_read(CAPACITY_DAG):
        raise HTTPException(403)


router = APIRouter(prefix="/capacity", dependencies=[Depends(only_for_readers)])


class Newest(NamedTuple):
    """The newest outlooks of one scenario."""

    snapshot_id: str
    outlooks: "pl.DataFrame"
    """OUTLOOKS of that snapshot, both scenarios, with `as_of`."""

    def scenario(self, name: str) -> "pl.DataFrame":
        return self.outlooks.filter(scenario=name)


def newest(lake: Lake, scenario: str) -> Newest | None:
    """The newest snapshot that has outlooks of that scenario; None when there is none."""
    known = lake.every("outlooks")
    names = known.filter(scenario=scenario).select("snapshot_id", "as_of").unique().collect()
    if names.is_empty():
        return None
    snapshot_id = names.sort("as_of", "snapshot_id")["snapshot_id"][-1]
    found = lake.read("findings", snapshot_id).filter(domain="capacity").collect()
    outlooks = as_judged(known.filter(snapshot_id=snapshot_id).collect(), found)
    return Newest(snapshot_id, in_zone(outlooks, _zone()))


def _zone() -> str:
    """Whose days the dates are: policy's; UTC while the policy cannot be read, for a page must still show."""
    try:
        return capacity_policy().time_zone
    except PolicyError:
        return "UTC"


class WhatIf(NamedTuple):
    """One series as the last what-if run left it; both rows `readable`."""

    snapshot_id: str
    as_of: datetime
    base: Row
    what_if: Row


@router.get("")
@router.get("/")
def capacity(
    site: SiteDep,
    q: Short = "",
    status: Literal["", "FAIL", "PASS", "UNKNOWN", "EXEMPT"] = "",
    kind: Short = "",
    account: Short = "",
    environment: Short = "",
    days: Literal["", "7", "30", "90"] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """What runs out first, by the newest forecast."""
    found = newest(Lake.from_env(), "base")
    filters = Filters(q.strip(), status, kind, account, environment, days)
    base = found.scenario("base") if found else None
    as_of = base["as_of"][0] if base is not None else None
    listed = listing(base.drop("as_of"), filters, page, as_of) if base is not None else None
    return _page("list", site, found=found, as_of=as_of, listed=listed, filters=filters)


@router.get("/series")
def series(
    site: SiteDep,
    account: Short = "",
    region: Short = "",
    resource_type: Annotated[str, Query(alias="type", max_length=300)] = "",
    resource_id: Annotated[str, Query(alias="id", max_length=70_000)] = "",
    kind: Short = "",
) -> Response:
    """One series in full; 404 for a name that names none."""
    lake = Lake.from_env()
    parts = (account, region, resource_type, resource_id, kind)
    name: Name = {column: value or None for column, value in zip(KEY, parts, strict=True)}
    found = newest(lake, "base")
    asked = newest(lake, "what_if")
    view = _view(lake, found, asked, name) if found else None
    if found is None or view is None:
        raise HTTPException(404)
    other = _what_if(asked, name) if asked else None
    return _page("series", site, view=view, other=other, as_of=found.outlooks["as_of"][0])


def _view(lake: Lake, found: Newest, asked: Newest | None, name: Name) -> SeriesView | None:
    """The newest forecast, and beside it what the last what-if run said of the series, if it did."""
    rows = ranked(of(found.scenario("base"), name))
    if rows.is_empty():
        return None
    peaks, forecasts, models = (
        lake.read(table, found.snapshot_id).filter(named(name))
        for table in ("daily_peaks", "forecasts", "forecast_models")
    )
    scores = lake.every("forecast_scores").filter(named(name)).sort("scored_at", descending=True).collect()
    once = scores.unique(["grain", "issued_at", "horizon"], keep="first", maintain_order=True)
    said = of(asked.scenario("what_if"), name) if asked else rows.clear()
    others = lake.read("what_if_forecasts", asked.snapshot_id if asked else "").filter(named(name))
    zone = _zone()
    frames = SeriesFrames(
        models.collect(),
        once.head(MOST_SCORES),
        *(in_zone(one.collect(), zone) for one in (peaks, forecasts.filter(grain="day"), others)),
    )
    row, as_of = rows.row(0, named=True), rows["as_of"][0]
    what_if = next(ranked(said).iter_rows(named=True), None)
    return series_view(row, frames, as_of=as_of, slug="chart", what_if=what_if)


def _what_if(asked: Newest, name: Name) -> WhatIf | None:
    """Both scenarios of one series as the last what-if run left them; None when it did not ask of it."""
    rows = [of(asked.scenario(scenario), name) for scenario in ("base", "what_if")]
    if any(one.is_empty() for one in rows):
        return None
    as_of = rows[0]["as_of"][0]
    base, what_if = (readable(ranked(one).row(0, named=True), as_of) for one in rows)
    return WhatIf(asked.snapshot_id, as_of, base, what_if)


def _page(name: str, site: SiteDep, **content: object) -> Response:
    """With the names of the accounts as the newest report has them, and the way to it."""
    report = next(iter(folders.reports(folders.root(), 1, CAPACITY_DAG)), None)
    targets = report["targets"] if report else []
    names = {one["id"].split("/")[0]: one["account_name"] for one in targets}
    page = render(f"capacity_{name}", site, report=report, names=names, **content)
    return secure(HTMLResponse(page), page_csp(forms=True))
