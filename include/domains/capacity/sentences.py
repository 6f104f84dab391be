"""Outlooks in words: one sentence each, with the numbers in it."""

from datetime import datetime
from typing import Any

from include.core.findings import Status
from include.core.planning import Planning, WhatIf
from include.core.series import SeriesKind
from include.domains.capacity.day_frames import UNUSUAL
from include.domains.capacity.limit_sources import named

PREFIXES = ((1024**4, "TiB"), (1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))


def amount(value: float | None, unit: str) -> str:
    """`81.5 percent`, `1.2 GiB`, `3,400 operations per second`."""
    if value is None:
        return f"an unknown amount of {unit}"
    if unit.startswith("bytes"):
        for size, prefix in PREFIXES:
            if abs(value) >= size:
                return f"{value / size:.4g} {prefix}{unit.removeprefix('bytes')}"
    digits = 0 if abs(value) >= 1000 else 1
    return f"{value:,.{digits}f} {unit}".replace(".0 ", " ")


def limit_from(kind: SeriesKind) -> str | None:
    """Where the limit comes from, for readers."""
    if not kind.limit:
        return None
    constants = [f"{one.constant:g} {kind.unit}" for one in kind.limit if one.constant is not None]
    return " or ".join(constants or [named(one) for one in kind.limit])


def reason(one: dict[str, Any], row: dict[str, Any], plan: Planning, question: WhatIf | None) -> str:
    """Why the status is what it is."""
    asked = f"With {question.says()}: " if question is not None else ""
    if row["status"] == Status.UNKNOWN:
        return asked + _unknown(one, row)
    unit, growth = row["unit"], row["growth_month"]
    pace = f"{'+' if growth >= 0 else '-'}{amount(abs(growth), unit)} a month"
    if row["limit"] is None:
        return f"{asked}{amount(row['usage'], unit)} now, {pace} expected."
    usage, limit = amount(row["usage"], unit), amount(row["limit"], unit)
    crosses, exhausts = (_when(row, what, plan) for what in ("threshold", "exhausts"))
    passed = row["headroom"] is not None and row["headroom"] <= 0
    threshold = f"{row['threshold']:.0%} is " + ("passed already" if passed else f"reached {crosses}")
    over = row["limit"] <= (row["usage"] or 0)
    ends = "the limit too" if over else f"the limit {exhausts}"
    return f"{asked}{usage} of {limit} at the last whole day's peak, {pace} expected: {threshold}, {ends}."


def risk(row: dict[str, Any], plan: Planning) -> str | None:
    """What happens when nothing is done."""
    if row["risk"] is None:
        return None
    days = f"within the {plan.lead_time_days} days that more capacity takes"
    if row["risk"] <= 0:
        return f"None of the futures looked at reaches the limit {days}."
    return f"When nothing is done the limit is reached {days} with a chance of {max(row['risk'], 0.01):.0%}."


def _unknown(one: dict[str, Any], row: dict[str, Any]) -> str:
    said = one["limit_reason"] or one["reason"] or UNUSUAL
    if one["limit_reason"] is None and one["limit"] and one["usage"] is not None:
        said += f" The newest peak is {one['usage'] / one['limit']:.0%} of the limit."
    return said


def _when(row: dict[str, Any], what: str, plan: Planning) -> str:
    early, middle, late = (row[f"{what}_{said}"] for said in ("p10", "p50", "p90"))
    if early is None:
        return f"not within {plan.horizon_days} days"
    if middle is None:
        return f"hardly within {plan.horizon_days} days (P10 {_day(early)})"
    until = _day(late) if late is not None else "not within the horizon"
    return f"on {_day(middle)} (P10 {_day(early)}, P90 {until})"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
