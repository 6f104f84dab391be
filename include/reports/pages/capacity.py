"""The list of what runs out: filtered, counted and paged."""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from include.reports.capacity_summary import Totals, totals
from include.reports.outlooks import Row, ranked, readable

PAGE = 100
"""Series on one page."""


class Filters(NamedTuple):
    """What the reader asked for; empty: everything."""

    q: str = ""
    """Part of a resource's id or name, or of the reason."""
    status: str = ""
    kind: str = ""
    account: str = ""
    environment: str = ""
    days: str = ""
    """Only what reaches its limit, early (P10), within so many days."""

    def query(self) -> dict[str, str]:
        """What a link needs to ask the same again."""
        return {name: value for name, value in self._asdict().items() if value}


class Listing(NamedTuple):
    """One page of the list. `found` series fit the filters, of `totals.series`."""

    rows: list[Row]
    found: int
    page: int
    pages: int
    totals: Totals
    kinds: dict[str, str]
    """Kind to its title, of all series; so too the next two."""
    accounts: list[str]
    environments: list[str]

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1


def listing(base: pl.DataFrame, filters: Filters, page: int, as_of: datetime) -> Listing:
    """Page `page` (from 1; the last one if there are fewer) of the base scenario's OUTLOOKS."""
    rows = ranked(_fitting(base, filters, as_of))
    pages = max(1, -(-rows.height // PAGE))
    page = min(page, pages)
    titles = base.select("series_kind", "title").drop_nulls("series_kind").unique("series_kind", keep="any")
    return Listing(
        [readable(row, as_of) for row in rows.slice((page - 1) * PAGE, PAGE).iter_rows(named=True)],
        rows.height,
        page,
        pages,
        totals(base),
        {kind: title or kind for kind, title in sorted(titles.iter_rows(), key=lambda one: one[1] or one[0])},
        base["account_id"].drop_nulls().unique().sort().to_list(),
        base["environment"].drop_nulls().unique().sort().to_list(),
    )


def _fitting(base: pl.DataFrame, filters: Filters, as_of: datetime) -> pl.DataFrame:
    exact = {
        "status": filters.status,
        "series_kind": filters.kind,
        "account_id": filters.account,
        "environment": filters.environment,
    }
    asked = [pl.col(column) == value for column, value in exact.items() if value]
    kept = base.filter(pl.lit(value=True), *asked)
    if filters.days:
        until = pl.lit(as_of).dt.offset_by(f"{int(filters.days)}d")
        kept = kept.filter(pl.col("exhausts_p10") <= until)
    if filters.q:
        needle = filters.q.lower()
        texts = pl.concat_str("resource_id", "name", "reason", "title", separator="\n", ignore_nulls=True)
        kept = kept.filter(texts.str.to_lowercase().str.contains(needle, literal=True))
    return kept
