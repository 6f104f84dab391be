"""The chart of one series: daily peaks, their forecast with its band, the limit, and when it is reached."""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from include.reports.chart_layers import BANDS, Spec, layer, lines, lines_of_what_if, reached
from include.reports.drawing import Chart, drawable, drawn
from include.reports.outlooks import Row
from include.reports.quantities import day, quantity, scale

WIDE = 720
_ABOVE = 1.15
"""How far above the limit a chart reaches; a band beyond it is cut off there."""


class Figures(NamedTuple):
    """What one chart is drawn from, for those who would rather read it: a line a week."""

    history: list[tuple[datetime, float | None]]
    forecast: list[tuple[datetime, float, float, float, float | None]]
    """Day, P10, P50, P90, and the what-if's P50 (None: nothing was asked)."""


class Asked(NamedTuple):
    """A what-if beside the base: its outlook, and its FORECASTS of the grain day."""

    row: Row
    forecast: pl.DataFrame


def figures(peaks: pl.DataFrame, forecast: pl.DataFrame, asked: Asked | None = None) -> Figures:
    """The newest peak of each of the last weeks, and every seventh day ahead."""
    past = peaks.sort("ts").select("ts", "peak").rows()[::-7][:5][::-1]
    other = (asked.forecast if asked else forecast.clear()).select("ts", what_if="p50")
    ahead = forecast.join(other, on="ts", how="left").sort("ts").select("ts", *BANDS, "what_if").rows()[6::7]
    return Figures(past, ahead)


def series_chart(
    row: Row, peaks: pl.DataFrame, forecast: pl.DataFrame, *, slug: str, asked: Asked | None = None
) -> Chart | None:
    """The chart of one outlook from DAILY_PEAKS and FORECASTS of the grain day; None without a forecast.
    `asked`: a what-if to draw beside it, its limit too where that is another."""
    if forecast.is_empty():
        return None
    history, ahead = peaks.sort("ts"), forecast.sort("ts")
    asked = asked if asked and asked.forecast.height else None
    tops = [row["limit"], history["peak"].max(), ahead["p50"].max(), row["usage"]]
    unit = scale(row["unit"], max((abs(float(top)) for top in tops if top is not None), default=1.0))
    title = f"{row['title']}, {row['name'] or row['resource_id']}"
    return drawn(
        title,
        "; ".join([*_said(row, history, ahead), *_said_of(asked)]),
        lambda width: _drawing(row, history, ahead, asked, unit.divisor, unit.label, width),
        slug=slug,
        wide=WIDE,
    )


def _said(row: Row, history: pl.DataFrame, ahead: pl.DataFrame) -> list[str]:
    """The chart in words."""
    last = ahead.row(-1, named=True)
    told = [
        f"{history['peak'].drop_nulls().len()} daily peaks, the last {quantity(row['usage'], row['unit'])}",
        f"forecast for {day(last['ts'])}: P50 {quantity(last['p50'], row['unit'])}, P10 to P90 "
        f"{quantity(last['p10'], row['unit'])} to {quantity(last['p90'], row['unit'])}",
    ]
    if row["limit"] is None:
        return [*told, "no limit"]
    for what, name in (("threshold", "threshold"), ("limit", "exhausts")):
        dates = [f"{band.upper()} {day(row[f'{name}_{band}'])}" for band in BANDS]
        told.append(f"{what} reached {', '.join(dates)}")
    return told


def _said_of(asked: Asked | None) -> list[str]:
    """A what-if in words."""
    if asked is None:
        return []
    last = asked.forecast.sort("ts").row(-1, named=True)
    dates = [f"{band.upper()} {day(asked.row[f'exhausts_{band}'])}" for band in BANDS]
    reached = "no limit" if asked.row["limit"] is None else f"limit reached {', '.join(dates)}"
    return [f"what if, for {day(last['ts'])}: P50 {quantity(last['p50'], asked.row['unit'])}, {reached}"]


def _drawing(
    row: Row,
    history: pl.DataFrame,
    ahead: pl.DataFrame,
    asked: Asked | None,
    divisor: float,
    label: str,
    width: int,
) -> Spec:
    """A Vega-Lite specification, written out: Altair checks it for several times as long as it is drawn."""
    top = _top(row, history, ahead, asked) / divisor
    wide = width == WIDE
    past, coming = _points(history, ["peak"], divisor), _points(ahead, BANDS, divisor)
    layers = [
        layer(coming, {"type": "area", "fill": "var(--s1)", "fillOpacity": 0.22}, "p10", y2="p90"),
        layer(past, {"type": "line", "stroke": "var(--ink)", "strokeWidth": 1.4}, "peak"),
        layer(coming, {"type": "line", "stroke": "var(--s1)", "strokeWidth": 2}, "p50"),
    ]
    if asked:
        other = {"type": "line", "stroke": "var(--s4)", "strokeWidth": 2, "strokeDash": [7, 4]}
        layers.append(layer(_points(asked.forecast.sort("ts"), ["p50"], divisor), other, "p50"))
    begins = history["ts"].min() if history.height else ahead["ts"].min()
    for line in [*lines(row), *(lines_of_what_if(asked.row, row) if asked else ())]:
        layers += reached(line, begins, ahead["ts"].max(), divisor)
    return {
        "width": width - 74,
        "height": 230 if wide else 190,
        "encoding": {
            "x": {
                "field": "ts",
                "type": "temporal",
                "title": None,
                "scale": {"type": "utc"},
                "axis": {"grid": False, "tickCount": width // 90},
            },
            "y": {
                "type": "quantitative",
                "title": drawable(label) or None,
                "scale": {"domain": [0, top], "nice": False},
                "axis": {"tickCount": 5, "format": "~s" if top >= 10_000 else ",~r"},
            },
        },
        "layer": layers,
        "config": _style(12 if wide else 11),
    }


def _style(size: int) -> Spec:
    return {
        "background": "transparent",
        "font": "system-ui, sans-serif",
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "labelColor": "var(--soft)",
            "titleColor": "var(--soft)",
            "gridColor": "var(--line)",
            "domainColor": "var(--line)",
            "ticks": False,
            "labelFontSize": size,
            "titleFontSize": size,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
        "axisY": {"domain": False, "minExtent": 34, "maxExtent": 34},
    }


def _top(row: Row, history: pl.DataFrame, ahead: pl.DataFrame, asked: Asked | None) -> float:
    """The highest value shown: limit and history whole; what is far beyond the limit is cut off."""
    seen = [float(top) for top in (history["peak"].max(), row["usage"]) if top is not None]  # type: ignore[arg-type]
    expected = float(ahead["p90"].max() or 0.0)  # type: ignore[arg-type]
    if asked:
        expected = max(expected, float(asked.forecast["p50"].max() or 0.0))  # type: ignore[arg-type]
    if row["limit"] is None:
        return max([*seen, expected]) * 1.05 or 1.0
    limit = float(row["limit"])
    return max([*seen, limit, min(expected, limit * _ABOVE)]) * 1.08 or 1.0


def _points(frame: pl.DataFrame, columns: list[str], divisor: float) -> list[Spec]:
    return frame.select(pl.col("ts").dt.timestamp("ms"), pl.col(columns) / divisor).to_dicts()
