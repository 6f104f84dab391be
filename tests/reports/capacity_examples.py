"""Capacity reports small enough to check by hand: what runs out is on a line that anybody can draw."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from include.core.findings import FINDINGS
from include.core.forecasts import DAILY_PEAKS, FORECAST_MODELS, FORECAST_SCORES, FORECASTS, OUTLOOKS
from include.core.gaps import GAPS
from include.reports.capacity import CapacityReport
from include.reports.run import ChangeOutcome, LeftOut, PlanSummary
from tests.reports.examples import DENIED, NOW, PLAN, finding
from tests.reports.examples import unknown as unknown_finding

TODAY = NOW.replace(hour=0, minute=0)
HISTORY, HORIZON = 92, 180
GIB = 2.0**30
EARLY, LATE = 0.8, 1.25
"""P10 and P90 reach a line after these shares of the median's days."""


def ahead(days: float | None) -> datetime | None:
    """The day that many days from now; None beyond the horizon."""
    return None if days is None or days > HORIZON else TODAY + timedelta(days=round(days))


def series(**fields: Any) -> dict[str, Any]:
    """The name of one series: storage of a database, or as `fields` say."""
    return {
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "rds_instances",
        "resource_id": "shop-db",
        "series_kind": "rds_storage",
        **fields,
    }


def outlook(usage: float = 400 * GIB, days: float | None = 40.0, **fields: Any) -> dict[str, Any]:
    """The outlook of what has `usage` of 500 GiB and reaches that `days` from now; None: never."""
    limit = fields.get("limit", 500 * GIB)
    reaches = None if days is None else days * 0.5
    dates = {
        f"{what}_{band}": ahead(None if at is None else at * share)
        for what, at in (("threshold", reaches), ("exhausts", days))
        for band, share in (("p10", EARLY), ("p50", 1.0), ("p90", LATE))
    }
    due = days is not None and days <= 60
    return {
        **series(),
        "name": "shop database",
        "environment": "production",
        "scenario": "base",
        "status": "FAIL" if due else "PASS",
        "reason": f"{fields.get('resource_id', 'shop-db')} is full in {days:.0f} days."
        if due
        else "Holds for the horizon.",
        "severity": "high" if due else "low",
        "title": "Storage of a database",
        "unit": "bytes",
        "limit": limit,
        "limit_from": "allocated_gib of rds_instances",
        "threshold": None if limit is None else 0.8,
        "usage": usage,
        "headroom": None if limit is None else 0.8 * limit - usage,
        "peak_day": usage,
        "peak_week": usage,
        "peak_month": usage * 1.01,
        "peak_quarter": None,
        "growth_month": None if days is None or limit is None else (limit - usage) / days * 30,
        "horizon_days": HORIZON,
        **dates,
        "days_left": dates["exhausts_p50"] and (dates["exhausts_p50"] - NOW) / timedelta(days=1),
        "recommended_limit": 800 * GIB if due else None,
        "recommended_for": "Raise it to 800 GiB. That holds the highest usage of 90 days." if due else None,
        "cost_usd_month": 34.5 if due else None,
        "price_source": "AWS price list" if due else None,
        "price_date": date(2026, 11, 1) if due else None,
        "risk": 0.35 if due else 0.0,
        "risk_says": "The limit is reached within the lead time in 35 % of the cases." if due else None,
        "action": "rds.modify_storage" if due else None,
        "params": json.dumps({"allocated_gib": 800}) if due else None,
        "acts_on_type": None,
        "acts_on_id": None,
        **fields,
    }


def unknown(**fields: Any) -> dict[str, Any]:
    """A series of which nothing can be said."""
    known = dict.fromkeys(OUTLOOKS)
    said = {name: value for name, value in outlook(days=None).items() if name not in _JUDGED}
    reason = "Only 6 of 28 days of history."
    return known | said | {"status": "UNKNOWN", "reason": reason, "severity": None} | fields


def model(**fields: Any) -> dict[str, Any]:
    """An ensemble a fifth better than naive, or as `fields` say."""
    return {
        **series(),
        "grain": "day",
        "issued_at": TODAY,
        "status": "PASS",
        "reason": None,
        "model": "theta + seasonal_naive",
        "weights": '{"theta": 0.7, "seasonal_naive": 0.3}',
        "error": 0.8,
        "naive_error": 1.0,
        "coverage": 0.81,
        "candidates": '{"seasonal_naive": 1.0, "theta": 0.85, "prophet": 1.4}',
        "origins": 4,
        "points": HISTORY,
        "gaps": 2,
        "outliers": 1,
        "shifts": 0,
        "history_from": TODAY - timedelta(days=HISTORY),
        "seconds": 0.4,
        "chosen_at": TODAY - timedelta(days=28),
        "chosen_because": "Used again: no drift.",
        **fields,
    }


def score(**fields: Any) -> dict[str, Any]:
    """A forecast of a week ago, scored: worse than its backtest, better than naive."""
    return {
        **series(),
        "grain": "day",
        "issued_at": TODAY - timedelta(days=7),
        "model": "theta + seasonal_naive",
        "chosen_at": TODAY - timedelta(days=28),
        "horizon": "1-7",
        "scored_at": TODAY,
        "points": 7,
        "error": 0.9,
        "naive_error": 1.1,
        "wql": 0.04,
        "coverage": 0.71,
        "backtest_error": 0.8,
        **fields,
    }


def name_of(row: dict[str, Any]) -> dict[str, Any]:
    return {column: row[column] for column in series()}


def peaks_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A straight line up to today's usage."""
    slope = _slope(row)
    return [
        {**name_of(row), "ts": TODAY - timedelta(days=back), "peak": max(0.0, row["usage"] - slope * back)}
        for back in range(HISTORY, 0, -1)
    ]


def forecast_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The line on from today, the band a fan around it."""
    slope = _slope(row)
    return [
        {
            **name_of(row),
            "grain": "day",
            "issued_at": TODAY,
            "ts": TODAY + timedelta(days=step - 1),
            "step": step,
            "p10": row["usage"] + slope * step / LATE,
            "p50": row["usage"] + slope * step,
            "p90": row["usage"] + slope * step / EARLY,
        }
        for step in range(1, HORIZON + 1)
    ]


def _slope(row: dict[str, Any]) -> float:
    return (row["growth_month"] or 0.0) / 30


_JUDGED = {"usage", "headroom", "risk", "peak_day", "peak_week", "peak_month"}

FOLLOWED = (
    outlook(),
    outlook(390 * GIB, 90.0, **{"resource_id": "stock-db", "name": "stock database"}),
    outlook(41.0, 12.0, resource_type="ec2_instances", resource_id="i-1", series_kind="ec2_cpu", limit=100.0,
            name="shop-web", title="CPU of an EC2 instance", unit="percent", severity="critical",
            cost_usd_month=None, price_source=None, price_date=None, recommended_limit=None, action=None,
            params=None, account_id="222222222222"),
    outlook(3 * GIB, None, resource_type="s3_buckets", resource_id="logs", series_kind="s3_size", limit=None,
            name=None, title="Size of a bucket", growth_month=GIB),
    unknown(resource_id="new-db", name="new database"),
)  # fmt: skip
"""i-1 in 12 days, shop-db in 40, stock-db in 90 (no plan due), a bucket that only grows, one UNKNOWN."""

WHAT_IF = outlook(days=20.0, scenario="what_if")


def a_capacity_report(*outlooks: dict[str, Any], **fields: Any) -> CapacityReport:
    """The report of `outlooks` (default: FOLLOWED and a what-if), with every part filled."""
    rows = outlooks or (*FOLLOWED, WHAT_IF)
    known = [row for row in rows if row["status"] != "UNKNOWN" and row["scenario"] == "base"]
    change = ChangeOutcome(
        PLAN, "chg-0123456789ab", "rds.modify_storage", "rds_storage", "111111111111", "eu-west-1", "shop-db",
        "verified", None, Decimal("-34.50"),
    )  # fmt: skip
    drifted = finding(check_id="forecast_drift", domain="capacity", resource_type="rds_instances",
                      resource_id="shop-db", name="shop database", action=None, saving_usd_month=None,
                      reason="The error of 1-7 days is 0.90, 13 % above its backtest.")  # fmt: skip
    unread = unknown_finding(
        check_id="rds_cpu", domain="capacity", account_id="222222222222", resource_type="rds_instances",
        resource_id="*", reason="rds:DescribeDBInstances was denied.",
    )  # fmt: skip
    return CapacityReport(**{
        "dag_id": "capacity_forecast",
        "run_id": "asset_triggered__1",
        "snapshot_id": "20261122T213000Z-4f1a",
        "as_of": NOW,
        "targets": {
            "111111111111/eu-west-1": "shop-production",
            "222222222222/eu-west-1": "shop-development",
        },
        "gaps": pl.DataFrame([DENIED], schema=GAPS),
        "resources": 412,
        "plans": (PlanSummary(PLAN, "sign_off", "applied", 1, Decimal("-34.50"), 0, ("ann",)),),
        "changes": (change,),
        "left_out": (LeftOut("ec2_cpu", "222222222222", "eu-west-1", "i-1", "no action is known"),),
        "journal_seq": 48,
        "journal_head": "77aa" * 16,
        "policy": {"capacity.yaml": "c0ffee" * 10},
        "outlooks": pl.DataFrame(rows, schema=OUTLOOKS),
        "models": pl.DataFrame([model(**name_of(row)) for row in known], schema=FORECAST_MODELS),
        "scores": pl.DataFrame([score(), score(horizon="8-28", error=1.2)], schema=FORECAST_SCORES),
        "forecasts": pl.LazyFrame([one for row in known for one in forecast_of(row)], schema=FORECASTS),
        "peaks": pl.LazyFrame([one for row in known for one in peaks_of(row)], schema=DAILY_PEAKS),
        "findings": pl.DataFrame([drifted, unread], schema=FINDINGS),
        "asked": {"growth": "x 2"},
        **fields,
    })
