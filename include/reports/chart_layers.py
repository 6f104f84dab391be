"""Layers of a series' chart, as Vega-Lite: one mark each, and the lines of limit and threshold."""

from datetime import datetime
from typing import Any, NamedTuple

from include.reports.outlooks import Row
from include.reports.quantities import day

BANDS = ["p10", "p50", "p90"]
Spec = dict[str, Any]


class Line(NamedTuple):
    """The limit, or the threshold: at which usage, what it is called, and when it is reached."""

    value: float
    text: str
    """Empty: the line is drawn already, and only the dates are new."""
    colour: str
    dash: list[int]
    early: datetime | None
    median: datetime | None
    late: datetime | None


def lines(row: Row) -> list[Line]:
    """Threshold and limit of an outlook; none where nothing limits it."""
    if row["limit"] is None:
        return []
    limit = Line(row["limit"], "limit", "var(--bad)", [], *(row[f"exhausts_{band}"] for band in BANDS))
    if row["threshold"] is None:
        return [limit]
    dates = (row[f"threshold_{band}"] for band in BANDS)
    text = f"plan from {row['threshold']:.0%}"
    return [Line(row["limit"] * row["threshold"], text, "var(--wait)", [5, 4], *dates), limit]


def lines_of_what_if(row: Row, base: Row) -> list[Line]:
    """The limit of a what-if: where it is another, its line, else only when it is reached."""
    if row["limit"] is None:
        return []
    text = "" if row["limit"] == base["limit"] else "limit, what if"
    return [Line(row["limit"], text, "var(--s4)", [2, 4], *(row[f"exhausts_{band}"] for band in BANDS))]


def reached(line: Line, begins: Any, ends: Any, divisor: float) -> list[Spec]:
    """The line with its name, and on it when it is reached: early to late as a bar, the median as a point."""
    value, colour = line.value / divisor, line.colour
    named = [{"v": value, "ts": _ms(begins), "text": line.text}]
    label = {"type": "text", "fill": colour, "align": "left", "dx": 2, "dy": 8, "fontSize": 11}
    rule = {
        "data": {"values": named},
        "mark": {"type": "rule", "stroke": colour, "strokeWidth": 1.5, "strokeDash": line.dash},
        "encoding": {"x": None, "y": {"field": "v"}},
    }
    layers = [rule, layer(named, label, "v", text=True)] if line.text else []
    if line.early is not None:
        spread = [{"v": value, "ts": _ms(line.early), "to": _ms(line.late or ends)}]
        bar = {"type": "bar", "fill": colour, "fillOpacity": 0.45, "height": 7}
        layers.append(layer(spread, bar, "v", x2="to"))
    if line.median is not None:
        point = [{"v": value, "ts": _ms(line.median), "text": day(line.median)}]
        mark = {"type": "point", "shape": "diamond", "size": 90, "filled": True, "fill": colour, "opacity": 1}
        above = -11 if line.text else 15
        date = {"type": "text", "fill": colour, "dy": above, "fontSize": 11, "fontWeight": "bold"}
        layers += [layer(point, mark, "v"), layer(point, date, "v", text=True)]
    return layers


def layer(values: list[Spec], mark: Spec, y: str, *, text: bool = False, **ends: str) -> Spec:
    """One mark over `values`; `ends`: the fields of `x2`, `y2`."""
    encoding: Spec = {"y": {"field": y}, **{channel: {"field": field} for channel, field in ends.items()}}
    if text:
        encoding["text"] = {"field": "text"}
    return {"data": {"values": values}, "mark": mark | {"clip": not text}, "encoding": encoding}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
