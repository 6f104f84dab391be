"""The chart of one series: daily peaks, their forecast with its band, the limit, and when it is reached."""

from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from include.reports.drawing import Chart, drawable, drawn
from include.reports.outlooks import Row
from include.reports.quantities import day, quantity, scale

WIDE = 720
_ABOVE = 1.15
"""How far above the limit a chart reaches; a band beyond it is cut off there."""
_BANDS = ["p10", "p50", "p90"]
Spec = dict[str, Any]


class Figures(NamedTuple):
    """What one chart is drawn from, for those who would rather read it: a line a week."""

    history: list[tuple[datetime, float | None]]
    forecast: list[tuple[datetime, float, float, float]]
    """Day, P10, P50, P90."""


def figures(peaks: pl.DataFrame, forecast: pl.DataFrame) -> Figures:
    """The newest peak of each of the last weeks, and every seventh day ahead."""
    past = peaks.sort("ts").select("ts", "peak").rows()[::-7][:5][::-1]
    ahead = forecast.sort("ts").select("ts", *_BANDS).rows()[6::7]
    return Figures(past, ahead)


def series_chart(row: Row, peaks: pl.DataFrame, forecast: pl.DataFrame, *, slug: str) -> Chart | None:
    """The chart of one outlook from DAILY_PEAKS and FORECASTS of the grain day; None without a forecast."""
    if forecast.is_empty():
        return None
    history, ahead = peaks.sort("ts"), forecast.sort("ts")
    tops = [row["limit"], history["peak"].max(), ahead["p50"].max(), row["usage"]]
    unit = scale(row["unit"], max((abs(float(top)) for top in tops if top is not None), default=1.0))
    title = f"{row['title']}, {row['name'] or row['resource_id']}"
    return drawn(
        title,
        _said(row, history, ahead),
        lambda width: _drawing(row, history, ahead, unit.divisor, unit.label, width),
        slug=slug,
        wide=WIDE,
    )


def _said(row: Row, history: pl.DataFrame, ahead: pl.DataFrame) -> str:
    """The chart in words."""
    last = ahead.row(-1, named=True)
    told = [
        f"{history['peak'].drop_nulls().len()} daily peaks, the last {quantity(row['usage'], row['unit'])}",
        f"forecast for {day(last['ts'])}: P50 {quantity(last['p50'], row['unit'])}, P10 to P90 "
        f"{quantity(last['p10'], row['unit'])} to {quantity(last['p90'], row['unit'])}",
    ]
    if row["limit"] is None:
        return "; ".join([*told, "no limit"])
    for what, name in (("threshold", "threshold"), ("limit", "exhausts")):
        dates = [f"{band.upper()} {day(row[f'{name}_{band}'])}" for band in _BANDS]
        told.append(f"{what} reached {', '.join(dates)}")
    return "; ".join(told)


def _drawing(
    row: Row, history: pl.DataFrame, ahead: pl.DataFrame, divisor: float, label: str, width: int
) -> Spec:
    """A Vega-Lite specification, written out: Altair checks it for several times as long as it is drawn."""
    top = _top(row, history, ahead) / divisor
    wide = width == WIDE
    past, coming = _points(history, ["peak"], divisor), _points(ahead, _BANDS, divisor)
    layers = [
        _layer(coming, {"type": "area", "fill": "var(--s1)", "fillOpacity": 0.22}, "p10", y2="p90"),
        _layer(past, {"type": "line", "stroke": "var(--ink)", "strokeWidth": 1.4}, "peak"),
        _layer(coming, {"type": "line", "stroke": "var(--s1)", "strokeWidth": 2}, "p50"),
    ]
    if row["limit"] is not None:
        begins = history["ts"].min() if history.height else ahead["ts"].min()
        for line in _lines(row):
            layers += _reached(line, begins, ahead["ts"].max(), divisor)
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


class _Line(NamedTuple):
    """The limit, or the threshold: at which usage, what it is called, and when it is reached."""

    value: float
    text: str
    colour: str
    dash: list[int]
    early: datetime | None
    median: datetime | None
    late: datetime | None


def _lines(row: Row) -> list[_Line]:
    limit = _Line(row["limit"], "limit", "var(--bad)", [], *(row[f"exhausts_{band}"] for band in _BANDS))
    if row["threshold"] is None:
        return [limit]
    dates = (row[f"threshold_{band}"] for band in _BANDS)
    text = f"plan from {row['threshold']:.0%}"
    return [_Line(row["limit"] * row["threshold"], text, "var(--wait)", [5, 4], *dates), limit]


def _reached(line: _Line, begins: Any, ends: Any, divisor: float) -> list[Spec]:
    """The line with its name, and on it when it is reached: early to late as a bar, the median as a point."""
    value, colour = line.value / divisor, line.colour
    named = [{"v": value, "ts": _ms(begins), "text": line.text}]
    label = {"type": "text", "fill": colour, "align": "left", "dx": 2, "dy": 8, "fontSize": 11}
    layers = [
        {
            "data": {"values": named},
            "mark": {"type": "rule", "stroke": colour, "strokeWidth": 1.5, "strokeDash": line.dash},
            "encoding": {"x": None, "y": {"field": "v"}},
        },
        _layer(named, label, "v", text=True),
    ]
    if line.early is not None:
        spread = [{"v": value, "ts": _ms(line.early), "to": _ms(line.late or ends)}]
        bar = {"type": "bar", "fill": colour, "fillOpacity": 0.45, "height": 7}
        layers.append(_layer(spread, bar, "v", x2="to"))
    if line.median is not None:
        point = [{"v": value, "ts": _ms(line.median), "text": day(line.median)}]
        mark = {"type": "point", "shape": "diamond", "size": 90, "filled": True, "fill": colour, "opacity": 1}
        date = {"type": "text", "fill": colour, "dy": -11, "fontSize": 11, "fontWeight": "bold"}
        layers += [_layer(point, mark, "v"), _layer(point, date, "v", text=True)]
    return layers


def _layer(values: list[Spec], mark: Spec, y: str, *, text: bool = False, **ends: str) -> Spec:
    """One mark over `values`; `ends`: the fields of `x2`, `y2`."""
    encoding: Spec = {"y": {"field": y}, **{channel: {"field": field} for channel, field in ends.items()}}
    if text:
        encoding["text"] = {"field": "text"}
    return {"data": {"values": values}, "mark": mark | {"clip": not text}, "encoding": encoding}


def _top(row: Row, history: pl.DataFrame, ahead: pl.DataFrame) -> float:
    """The highest value shown: limit and history whole; a band far beyond the limit is cut off."""
    seen = [float(top) for top in (history["peak"].max(), row["usage"]) if top is not None]  # type: ignore[arg-type]
    expected = float(ahead["p90"].max() or 0.0)  # type: ignore[arg-type]
    if row["limit"] is None:
        return max([*seen, expected]) * 1.05 or 1.0
    limit = float(row["limit"])
    return max([*seen, limit, min(expected, limit * _ABOVE)]) * 1.08 or 1.0


def _points(frame: pl.DataFrame, columns: list[str], divisor: float) -> list[Spec]:
    return frame.select(pl.col("ts").dt.timestamp("ms"), pl.col(columns) / divisor).to_dicts()


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
