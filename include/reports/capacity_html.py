"""The page of a capacity report: the list, the charts of what is urgent, and how far to trust them."""

import polars as pl

from include.reports import figures
from include.reports.capacity import CapacityReport
from include.reports.capacity_summary import accuracy, totals
from include.reports.html import environment
from include.reports.outcomes import Outcomes
from include.reports.outlooks import KEY, Row, becoming, chosen_models, in_zone, ranked, readable, urgent
from include.reports.series import SeriesFrames, SeriesView, of, series_view, track_record

MOST_ROWS = 2_000
"""Series listed in the page; the files beside it hold all of them."""
MOST_CHARTS = 50
"""Charts in the page: a thousand would make it too heavy for a browser."""


def render(report: CapacityReport) -> str:
    """The whole report as one HTML document that needs nothing else."""
    rows = in_zone(ranked(report.outlooks), report.time_zone)
    base, what_if = rows.filter(scenario="base"), rows.filter(scenario="what_if")
    models = {tuple(row[name] for name in KEY): row for row in chosen_models(report.models).to_dicts()}
    outcome = becoming(report)
    listed = [
        readable(row, report.as_of)
        | {"number": number, "outcome": outcome(row), "model": models.get(tuple(row[name] for name in KEY))}
        for number, row in enumerate(base.head(MOST_ROWS).iter_rows(named=True), 1)
    ]
    attention = urgent(base)
    return (
        environment()
        .get_template("capacity.html")
        .render(
            report=report,
            names=report.accounts,
            total=totals(base),
            accuracy=accuracy(report.models),
            listed=listed,
            not_shown=base.height - len(listed),
            first=next((row for row in listed if row["spread"]), None),
            charted=_charted(report, attention.head(MOST_CHARTS), what_if),
            not_charted=max(attention.height - MOST_CHARTS, 0),
            compared=_side_by_side(report, base, what_if),
            more_compared=max(what_if.height - MOST_ROWS, 0),
            progress=Outcomes(report).progress(),
            track=track_record(report.scores),
            drifted=report.drifted.to_dicts(),
            unread=report.unread.height,
            gap_groups=figures.gap_groups(report.gaps),
            unknown_groups=figures.unknown_groups(
                pl.concat([base.with_columns(check_id="title"), report.unread], how="diagonal_relaxed")
            ),
            prices=figures.price_bases(base.with_columns(saving_usd_month=pl.col("cost_usd_month"))),
            left_out=sorted(report.left_out),
            exemptions=report.exemptions.rows(named=True),
        )
    )


def _charted(report: CapacityReport, shown: pl.DataFrame, what_if: pl.DataFrame) -> list[SeriesView]:
    """The most urgent series in full, read from the lazy frames at once."""
    keys = shown.select(KEY).lazy()
    peaks, forecasts, others = (
        in_zone(frame.join(keys, on=KEY, how="semi", nulls_equal=True).collect(), report.time_zone)
        for frame in (report.peaks, report.forecasts.filter(pl.col("grain") == "day"), report.what_if)
    )
    return [
        series_view(
            row,
            SeriesFrames(*(of(one, row) for one in (report.models, report.scores, peaks, forecasts, others))),
            as_of=report.as_of,
            slug=f"chart-{number}",
            what_if=next(of(what_if, row).iter_rows(named=True), None),
        )
        for number, row in enumerate(shown.iter_rows(named=True), 1)
    ]


def _side_by_side(report: CapacityReport, base: pl.DataFrame, what_if: pl.DataFrame) -> list[tuple[Row, Row]]:
    """Each what-if with the base outlook of its series, what runs out first in the what-if first."""
    found = {tuple(row[name] for name in KEY): row for row in base.iter_rows(named=True)}
    pairs = [(found.get(tuple(row[name] for name in KEY)), row) for row in what_if.head(MOST_ROWS).to_dicts()]
    return [
        (readable(one, report.as_of), readable(other, report.as_of))
        for one, other in pairs
        if one is not None
    ]
