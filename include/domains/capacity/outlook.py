"""What an engineer acts on: when it runs out, how sure that is, what to raise it to, and at what price."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from include.core.datasets import UTC_TIME
from include.core.findings import Status
from include.core.forecasts import OUTLOOKS, SERIES
from include.core.planning import WhatIf
from include.core.series import SeriesTable
from include.domains.capacity import sentences
from include.domains.capacity.busy_hours import busy_hours
from include.domains.capacity.days_ahead import DaysAhead
from include.domains.capacity.growth import growth_cost
from include.domains.capacity.local_days import day_after
from include.domains.capacity.preparation import Prepared
from include.domains.capacity.recommended import priced, recommended
from include.domains.capacity.remedies._remedy import Due
from include.domains.capacity.world import World

PEAKS = {"peak_day": 1, "peak_week": 7, "peak_month": 30, "peak_quarter": 91}
DATES = tuple(f"{what}_{said}" for what in ("threshold", "exhausts") for said in ("p10", "p50", "p90"))
FAR_GONE, LIKELY, POSSIBLE = 0.9, 0.5, 0.1
"""Risk from which on a plan is critical, high, due at all. A tenth is what P10 dates stand for."""


def outlooks(
    prepared: Prepared,
    ahead: DaysAhead,
    entities: Mapping[str, pl.LazyFrame],
    prices: pl.DataFrame,
    table: SeriesTable,
    *,
    as_of: datetime,
    what_if: WhatIf | None = None,
) -> pl.DataFrame:
    """OUTLOOKS of every series, soonest exhausted first; of `what_if` (as given to `days_ahead`) too.

    A plan is due (FAIL) when the threshold is reached within the lead time at the median, or the limit with a
    chance of one in ten. A series without a forecast or a limit that should have one is UNKNOWN.
    """
    world = World(entities, prices)
    profiles = prepared.profiles.filter(
        pl.col("grain") == "day", pl.col("series_kind").is_in(list(table.series))
    )
    known = profiles.join(_peaks(prepared.days), on="sid", how="left").join(
        ahead.passages.drop(*SERIES, "limit"), on="sid", how="left"
    )
    passed_limits = ahead.passages.select("sid", "scenario", limit_then="limit")
    known = known.join(passed_limits, on=["sid", "scenario"], how="left").with_columns(
        pl.col("scenario").fill_null("base"), limit=pl.coalesce("limit_then", "limit"), limit_now="limit"
    )
    rows = [
        _row(one, table, world, prepared.hours, as_of, what_if)
        for one in known.with_columns(_date(column, table.time_zone) for column in DATES).iter_rows(
            named=True
        )
    ]
    frame = pl.DataFrame(rows, schema=OUTLOOKS)
    return frame.sort("days_left", *SERIES, "scenario", nulls_last=True)


def _peaks(days: pl.DataFrame) -> pl.DataFrame:
    """The highest usage of the last 1, 7, 30, 91 days, and the newest there is."""
    usage = pl.col("usage")
    return days.group_by("sid", maintain_order=True).agg(
        usage=usage.drop_nulls().last(),
        **{name: pl.when(pl.len() >= count).then(usage.tail(count).max()) for name, count in PEAKS.items()},
    )


def _date(column: str, zone: str) -> pl.Expr:
    """The day that begins so many days after the history, in UTC."""
    return day_after(pl.col("issued_at"), pl.col(column) - 1, zone).cast(UTC_TIME).alias(column)


def _row(
    one: dict[str, Any],
    table: SeriesTable,
    world: World,
    hours: pl.DataFrame,
    as_of: datetime,
    what_if: WhatIf | None,
) -> dict[str, Any]:
    kind, plan = table.series[one["series_kind"]], table.planned(one["series_kind"])
    place = one["account_id"], one["region"]
    resource = world.row(one["resource_type"], *place, one["resource_id"]) or {}
    threshold = one["threshold"] if one["threshold"] is not None else kind.threshold
    row = {
        name: one[name] for name in (*SERIES, "scenario", "limit", "usage", *PEAKS, *DATES, "growth_month")
    }
    row |= {
        "name": resource.get("name"),
        "environment": resource.get("environment"),
        "title": kind.title,
        "unit": kind.unit,
        "limit_from": sentences.limit_from(kind),
        "threshold": threshold,
        "horizon_days": plan.horizon_days,
        "risk": one["risk"],
        "headroom": None,
        "days_left": None,
    }
    if one["limit"] is not None and one["usage"] is not None and threshold is not None:
        row["headroom"] = threshold * one["limit"] - one["usage"]
    if row["exhausts_p50"] is not None:
        row["days_left"] = max((row["exhausts_p50"] - as_of).total_seconds() / 86400, 0.0)
    row |= _judged(one, row, plan.lead_time_days, as_of)
    local = row | {name: row[name] and row[name].astimezone(ZoneInfo(table.time_zone)) for name in DATES}
    row["reason"] = sentences.reason(one, local, plan, what_if if one["scenario"] == "what_if" else None)
    row["risk_says"] = sentences.risk(row, plan)
    price = partial(world.price, one["region"])
    if row["status"] == Status.FAIL and resource:
        need = max(one["peak_p90"] * (1 + plan.safety_margin), one["peak_p50"] / threshold)
        due = Due(
            one["series_kind"], kind.unit, resource, one["limit_now"], need,
            lambda dataset, other: world.row(dataset, *place, other), price,
            lambda: busy_hours(
                hours.filter(sid=one["sid"]), limit=one["limit_now"], need=need, time_zone=table.time_zone
            ),
        )  # fmt: skip
        row |= recommended(due, plan.hold_days, plan.safety_margin)
    elif not kind.limit and one["growth_month"] is not None:
        row |= priced(growth_cost(one["series_kind"], one["growth_month"], price))
    return {name: row.get(name) for name in OUTLOOKS}


def _judged(one: dict[str, Any], row: dict[str, Any], lead_days: int, as_of: datetime) -> dict[str, Any]:
    """Status and severity."""
    if one["status"] != Status.PASS or one["limit_reason"] is not None or one["growth_month"] is None:
        return {"status": str(Status.UNKNOWN), "severity": "medium"}
    if one["limit"] is None:
        return {"status": str(Status.PASS), "severity": "low"}
    soon = row["threshold_p50"] is not None and (row["threshold_p50"] - as_of).days <= lead_days
    due = soon or one["risk"] >= POSSIBLE
    if not due:
        return {"status": str(Status.PASS), "severity": "low"}
    levels = ((FAR_GONE, "critical"), (LIKELY, "high"))
    severity = next((name for least, name in levels if one["risk"] >= least), "medium")
    return {"status": str(Status.FAIL), "severity": severity}
