"""The charts of a cost report."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from include.reports.drawing import NARROW, WIDE, Chart, drawable, drawn
from include.reports.figures import weighed

_MOST_ACCOUNTS = 5
_STATUSES = {
    "FAIL": "var(--fail)",
    "UNKNOWN": "var(--unknown)",
    "PASS": "var(--pass)",
    "other": "var(--other)",
}


def savings_by_service(findings: pl.DataFrame, account_names: Mapping[str, str]) -> Chart | None:
    """Monthly saving by service, stacked by account; None when no saving is known."""
    counted = weighed(findings).filter(weight="counted")
    if counted.is_empty():
        return None
    accounts = counted.group_by("account_id").agg(pl.col("saving_usd_month").sum())
    dearest = accounts.sort("saving_usd_month", "account_id", descending=[True, False])[
        "account_id"
    ].to_list()
    labels = {one: drawable(account_names.get(one) or one or "unknown") for one in dearest[:_MOST_ACCOUNTS]}
    bars = (
        counted
        .with_columns(
            service=pl.col("service").map_elements(drawable, pl.String),
            account=pl.col("account_id").replace_strict(labels, default="other accounts"),
        )
        .group_by("service", "account")
        .agg(pl.col("saving_usd_month").sum())
        .sort("service", "account")
    )
    series = list(dict.fromkeys([*labels.values(), *bars["account"].sort().to_list()]))
    colours = [f"var(--s{i + 1})" for i in range(len(series))]
    sums = bars.group_by("service").agg(pl.col("saving_usd_month").sum())
    order = sums.sort("saving_usd_month", "service", descending=[True, False])
    description = "; ".join(f"{name} {usd:,.2f} USD" for name, usd in order.iter_rows())
    title = "Monthly saving by service and account"
    return drawn(title, description, lambda width: _savings(bars, order, series, colours, width))


def verdicts_by_check(counts: pl.DataFrame) -> Chart | None:
    """The share of resources each check found wanting, sound, or could not judge; None without verdicts."""
    shown = (
        counts
        .filter(pl.col("n") > 0)
        .with_columns(
            check_id=pl.col("check_id").map_elements(drawable, pl.String),
            status=pl.when(pl.col("status").is_in(list(_STATUSES))).then("status").otherwise(pl.lit("other")),
        )
        .group_by("check_id", "status")
        .agg(pl.col("n").sum())
        .with_columns(share=pl.col("n") / pl.col("n").sum().over("check_id"))
        .sort("check_id", "status")
    )
    if shown.is_empty():
        return None
    title = "What each check found, and could not judge"
    lines = [f"{row['check_id']} {row['status']} {row['n']}" for row in shown.iter_rows(named=True)]
    return drawn(title, "; ".join(lines), lambda width: _verdicts(shown, width))


def _savings(
    bars: pl.DataFrame, order: pl.DataFrame, series: list[str], colours: list[str], width: int
) -> dict[str, Any]:
    import altair as alt

    y = alt.Y("service:N", sort=order["service"].to_list(), title=None)
    stacked = (
        alt
        .Chart(bars)
        .mark_bar(height=18)
        .encode(
            x=alt.X(
                "saving_usd_month:Q",
                title="USD per month, list price",
                axis=alt.Axis(tickCount=4, format="$,~r"),
            ),
            y=y,
            color=alt.Color("account:N", title=None, scale=alt.Scale(domain=series, range=colours)),
        )
    )
    totals = (
        alt
        .Chart(order)
        .mark_text(align="left", dx=6, fill="var(--ink)")
        .encode(x="saving_usd_month:Q", y=y, text=alt.Text("saving_usd_month:Q", format="$,.0f"))
    )
    room = float(order["saving_usd_month"].max() or 1) * (1.16 if width == WIDE else 1.3)  # type: ignore[arg-type]
    scaled = (stacked + totals).encode(x=alt.X(scale=alt.Scale(domain=[0, room], nice=False)))
    return _styled(scaled, width, 26 * order.height, order["service"].to_list())


def _verdicts(shown: pl.DataFrame, width: int) -> dict[str, Any]:
    import altair as alt

    present = [status for status in _STATUSES if status in set(shown["status"])]
    rank = shown.with_columns(rank=pl.col("status").replace_strict({s: i for i, s in enumerate(_STATUSES)}))
    chart = (
        alt
        .Chart(rank)
        .mark_bar(height=12)
        .encode(
            x=alt.X("share:Q", title="share of resources", axis=alt.Axis(format="%", tickCount=4)),
            y=alt.Y("check_id:N", title=None),
            color=alt.Color(
                "status:N", title=None, scale=alt.Scale(domain=present, range=[_STATUSES[s] for s in present])
            ),
            order="rank:Q",
        )
    )
    checks = shown["check_id"].unique().to_list()
    return _styled(chart, width, 20 * len(checks), checks)


def _styled(chart: Any, width: int, height: int, labels: Sequence[str]) -> dict[str, Any]:
    """`labels` stand left of the plot; room is left for a page font wider than the one measured here."""
    size = 12 if width == WIDE else 11
    room = min(round(max(map(len, labels)) * size * 0.58) + 8, round(width * 0.55))
    drawing: dict[str, Any] = (
        chart
        .properties(width=width - room - 16, height=height)
        .configure(
            background="transparent",
            font="system-ui, sans-serif",
            padding=4,
            view={"stroke": None},
            axis={
                "labelColor": "var(--soft)",
                "titleColor": "var(--soft)",
                "gridColor": "var(--line)",
                "domain": False,
                "ticks": False,
                "labelFontSize": size,
                "titleFontSize": size,
                "titleFontWeight": "normal",
                "titlePadding": 8,
                "labelPadding": 6,
            },
            axisY={
                "grid": False,
                "labelColor": "var(--ink)",
                "labelLimit": room,
                "minExtent": room,
                "maxExtent": room,
            },
            legend={
                "orient": "top",
                "labelColor": "var(--ink)",
                "labelFontSize": size,
                "labelLimit": 150,
                "symbolType": "square",
                "symbolStrokeWidth": 0,
                "columns": 1 if width == NARROW else 3,
                "columnPadding": 18,
                "offset": 10,
            },
            text={"fontSize": size},
        )
        .to_dict(validate=False)
    )  # what the tests draw is valid; checking takes longer than drawing
    return drawing
