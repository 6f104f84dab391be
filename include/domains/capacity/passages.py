"""When possible futures first pass a threshold and a limit, as they are and under a what-if."""

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from include.core.forecasts import SERIES
from include.core.planning import Planning, WhatIf
from include.core.series import SeriesTable
from include.domains.capacity.trend.backtest import INTERVAL
from include.domains.capacity.trend.weekly import WEEK, Floats

PASSAGES = pl.Schema({
    "sid": pl.UInt32,
    **SERIES,
    "scenario": pl.String,  # base, what_if
    "limit": pl.Float64,  # of the scenario; null: none
    "threshold": pl.Float64,
    "threshold_p10": pl.Int64,  # days until a peak reaches it, 1: the first after the history; null: not
    "threshold_p50": pl.Int64,  # within the horizon
    "threshold_p90": pl.Int64,
    "exhausts_p10": pl.Int64,
    "exhausts_p50": pl.Int64,
    "exhausts_p90": pl.Int64,
    "risk": pl.Float64,  # 0..1: chance that the limit is reached within the lead time
    "growth_month": pl.Float64,  # of the median, per 30 days
    "peak_p50": pl.Float64,  # highest usage while a raised limit is to hold: median, and high
    "peak_p90": pl.Float64,
})
"""One row per series with a forecast, and scenario."""

MONTH = 30


class Scenario(NamedTuple):
    """What is looked at: futures (days, paths), and what they run against."""

    name: str
    paths: Floats
    middle: Floats
    limit: float | None
    threshold: float | None


def passages(
    paths: Floats,
    middle: Floats,
    series: pl.DataFrame,
    table: SeriesTable,
    *,
    late: NDArray[np.int64],
    as_of: datetime,
    what_if: WhatIf | None,
) -> pl.DataFrame:
    """PASSAGES of futures (series, days, paths) with their medians; `late`: days from history to `as_of`."""
    rows = []
    for row, one in enumerate(series.iter_rows(named=True)):
        kind = table.series[one["series_kind"]]
        base = Scenario("base", paths[row], middle[row], one["limit"], kind.threshold)
        scenarios = [base]
        if what_if is not None and what_if.asks:
            begins = days_before(what_if, late[row], as_of)
            scenarios.append(asked(base, what_if, begins=begins, nodes=one.get("nodes")))
        names = {"sid": one["sid"], **{name: one[name] for name in SERIES}}
        plan = table.planned(one["series_kind"])
        rows += [names | _passed(each, plan, int(late[row])) for each in scenarios]
    return pl.DataFrame(rows, schema=PASSAGES)


def asked(base: Scenario, question: WhatIf, *, begins: int, nodes: int | None) -> Scenario:
    """`base` as the question has it; `begins`: days of the future before the launch.

    More growth adds to every future what the median grows by, so that it never exhausts later. Fewer nodes
    are a lower limit: those left carry the same load (none left: no limit is left).
    """
    more, launch = moved(base.middle, question, begins=begins)
    limit = base.limit
    if limit is not None and nodes and question.removed_nodes:
        limit *= max(nodes - question.removed_nodes, 0) / nodes
    threshold = base.threshold if question.threshold is None or base.threshold is None else question.threshold
    return Scenario(
        "what_if",
        (base.paths + more[:, None]) * launch[:, None],
        (base.middle + more) * launch,
        limit,
        threshold,
    )


def moved(middle: Floats, question: WhatIf, *, begins: int) -> tuple[Floats, Floats]:
    """What a question adds to each day of any future with this median, and what it then multiplies it by."""
    days = np.arange(1, len(middle) + 1)
    growth = max(_growth(middle), 0.0) / MONTH
    more: Floats = (question.growth_factor - 1) * growth * days
    launch: Floats = np.where(days > begins, 1 + question.launch_percent / 100, 1.0)
    return more, launch


def days_before(question: WhatIf, late: np.int64, as_of: datetime) -> int:
    """Days of the future before the launch; `late`: from the end of the history to `as_of`."""
    return int(late) + _days_until(question.launch_at, as_of)


def _passed(scenario: Scenario, plan: Planning, late: int) -> dict[str, Any]:
    horizon = late + plan.horizon_days
    hold = late + max(plan.hold_days, plan.lead_time_days)
    highest = scenario.paths[:hold].max(axis=0)
    result: dict[str, Any] = {
        "scenario": scenario.name,
        "limit": scenario.limit,
        "threshold": scenario.threshold,
        "growth_month": _growth(scenario.middle),
        "peak_p50": float(np.quantile(highest, 0.5)),
        "peak_p90": float(np.quantile(highest, 0.9)),
    }
    if scenario.limit is None or scenario.threshold is None:
        return result
    exhausts = first_passage(scenario.paths, scenario.limit)
    crosses = first_passage(scenario.paths, scenario.limit * scenario.threshold)
    result["risk"] = float((exhausts <= late + plan.lead_time_days).mean())
    for name, first in (("threshold", crosses), ("exhausts", exhausts)):
        dates = np.quantile(first, INTERVAL, method="higher")
        for said, day in zip(("p10", "p50", "p90"), dates, strict=True):
            result[f"{name}_{said}"] = int(day) if day <= horizon else None
    return result


def first_passage(paths: Floats, level: float) -> Floats:
    """The first day (1, 2, ...) on which each of the futures (days, paths) reaches the level; else inf."""
    reached = paths >= level
    found: Floats = np.where(reached.any(axis=0), reached.argmax(axis=0) + 1.0, np.inf)
    return found


def _growth(middle: Floats) -> float:
    """Per 30 days: between the weekly means of the first week and of the fifth, or of the last there is."""
    weeks = min(len(middle) // WEEK, 5)
    if weeks < 2:
        return 0.0
    first, last = middle[:WEEK].mean(), middle[(weeks - 1) * WEEK : weeks * WEEK].mean()
    return float((last - first) / ((weeks - 1) * WEEK) * MONTH)


def _days_until(moment: datetime | None, as_of: datetime) -> int:
    return 0 if moment is None else max((moment - as_of).days, 0)
