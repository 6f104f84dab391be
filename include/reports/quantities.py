"""Amounts in the unit of their series, as people read them."""

from datetime import date, datetime
from typing import NamedTuple

_BYTES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


class Scale(NamedTuple):
    """What a unit is divided by to be read, and what the result is called."""

    divisor: float
    label: str


def scale(unit: str | None, largest: float) -> Scale:
    """Bytes in the binary prefix (IEC 80000-13) that suits `largest`; other units as they are."""
    if unit == "percent":
        return Scale(1.0, "%")
    if unit not in {"bytes", "bytes per second"}:
        return Scale(1.0, unit or "")
    power, left = 0, abs(largest)
    while left >= 1024 and power < len(_BYTES) - 1:
        power, left = power + 1, left / 1024
    return Scale(1024.0**power, _BYTES[power] + ("/s" if unit == "bytes per second" else ""))


def quantity(value: float | None, unit: str | None) -> str:
    """`412 GiB`, `81.3%`, `12,345 connections`; a value that is not known is `unknown`, never 0."""
    if value is None:
        return "unknown"
    divisor, label = scale(unit, value)
    return f"{number(value / divisor)}{'' if label == '%' else ' '}{label}".strip()


def number(value: float) -> str:
    """Three digits that say something, and thousands apart: `0.123`, `8.25`, `81.3`, `12,345`."""
    size = abs(value)
    places = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{places}f}"


def mase(value: float | None) -> str:
    """An error to two places; `unknown` where there is none."""
    return "unknown" if value is None else f"{value:,.2f}"


def day(value: datetime | date | None, otherwise: str = "not within the horizon") -> str:
    """`2027-01-12` (UTC)."""
    return otherwise if value is None else f"{value:%Y-%m-%d}"


def within(days: float | None) -> str:
    """`in 12 days`, `today`, `already` for what lies behind; empty where there is no date."""
    if days is None:
        return ""
    whole = round(days)
    return (
        "already" if days < 0 else "today" if whole == 0 else f"in {whole:,} day{'s' if whole != 1 else ''}"
    )
