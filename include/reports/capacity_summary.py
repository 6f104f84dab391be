"""The figures of a capacity report, also as JSON for the overview, the list of reports and other programs."""

from typing import Any, NamedTuple

import polars as pl

from include.reports.capacity import CapacityReport
from include.reports.outlooks import Row, days_until, in_zone, ranked, urgent
from include.reports.summary import about

MOST_FIRST = 10
"""Series named in the summary."""


class Totals(NamedTuple):
    """The head of a report; `series` = due + sound + unknown + exempt."""

    series: int
    kinds: int
    due: int
    """A plan is due (FAIL)."""
    sound: int
    unknown: int
    exempt: int
    """A plan would be due; somebody accepted it."""
    urgent: int
    """Due, or a date within the horizon."""
    critical: int
    """Of the due ones: critical or high."""
    cost_usd_month: float | None
    """Of the recommended limits over today's; None: not one price is known."""
    unpriced: int
    """Recommended limits of unknown price, not in the sum."""


class Accuracy(NamedTuple):
    """How good the forecasts are in their backtests."""

    forecasts: int
    better: int
    """Not worse than seasonal naive."""
    error: float | None
    """Median over series: MASE."""
    naive_error: float | None
    coverage: float | None
    """Mean over series: 0..1 of the backtest's actuals inside P10 to P90, which is to be 0.8."""


def totals(base: pl.DataFrame) -> Totals:
    """Of the base scenario's rows."""
    due = base.filter(status="FAIL")
    recommended = base.filter(pl.col("recommended_limit").is_not_null(), pl.col("status") != "EXEMPT")
    priced = recommended["cost_usd_month"].drop_nulls()
    return Totals(
        series=base.height,
        kinds=base["series_kind"].n_unique(),
        due=due.height,
        sound=base.filter(~pl.col("status").is_in(["FAIL", "UNKNOWN", "EXEMPT"])).height,
        unknown=base.filter(status="UNKNOWN").height,
        exempt=base.filter(status="EXEMPT").height,
        urgent=urgent(base).height,
        critical=due.filter(pl.col("severity").is_in(["critical", "high"])).height,
        cost_usd_month=float(priced.sum()) if priced.len() else None,
        unpriced=recommended.height - priced.len(),
    )


def accuracy(models: pl.DataFrame) -> Accuracy:
    """Over FORECAST_MODELS."""
    judged = models.filter(pl.col("error").is_not_null() & pl.col("naive_error").is_not_null())
    return Accuracy(
        forecasts=models.filter(status="PASS").height,
        better=judged.filter(pl.col("error") <= pl.col("naive_error")).height,
        error=_float(judged["error"].median()),
        naive_error=_float(judged["naive_error"].median()),
        coverage=_float(models["coverage"].mean()),
    )


def summary(report: CapacityReport) -> dict[str, Any]:
    """Plain JSON values only; money is USD per month, null where unknown."""
    base = in_zone(ranked(report.outlooks), report.time_zone).filter(scenario="base")
    first = urgent(base).head(MOST_FIRST).iter_rows(named=True)
    return about(report) | {
        "kind": "capacity",
        "totals": totals(base)._asdict(),
        "accuracy": accuracy(report.models)._asdict(),
        "unknown": base.filter(status="UNKNOWN").height + report.unread.height,
        "unread": report.unread.height,
        "what_if": dict(report.asked),
        "drifted": report.drifted.height,
        "first": [_brief(row, report) for row in first],
    }


_NAMES = ("account_id", "region", "resource_type", "resource_id", "series_kind", "name", "title", "severity")


def _brief(row: Row, report: CapacityReport) -> dict[str, Any]:
    dates = {name: row[f"exhausts_{name}"] for name in ("p10", "p50", "p90")}
    return {name: row[name] for name in _NAMES} | {
        "exhausts": {name: moment and moment.isoformat() for name, moment in dates.items()},
        "days_left": row["days_left"],
        "days_to_threshold": days_until(row["threshold_p50"], report.as_of),
    }


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
