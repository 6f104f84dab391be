"""What was judged of a dataset, without Great Expectations' own types."""

from datetime import datetime
from typing import Any, NamedTuple

SHOWN = 10
"""Rows a failure names; it counts them all."""


class Failure(NamedTuple):
    """One expectation a dataset does not meet."""

    expectation: str  # one sentence: `size_gib: expected at least 1`
    column: str | None  # null: the table as a whole
    rows: tuple[str, ...]  # `111111111111/eu-west-1/vol-0a`, the first SHOWN; empty: the table as a whole
    values: tuple[Any, ...]  # of those rows
    severity: str  # critical, warning
    failing: int  # rows that fail

    def __str__(self) -> str:
        named: dict[str, list[str]] = {}
        for row, value in zip(self.rows, self.values, strict=True):
            named.setdefault(_said(value), []).append(_said(row)[1:-1])
        got = "; ".join(f"{value} in {', '.join(rows)}" for value, rows in named.items())
        more = f" and {self.failing - len(self.rows)} more rows" if self.failing > len(self.rows) else ""
        return f"{self.severity}: {self.expectation}" + (f"; got {got}{more}" if got else "")


def _said(value: Any) -> str:
    """Quoted as Python does, so that hostile text cannot forge a log line."""
    return value.isoformat() if isinstance(value, datetime) else repr(value)


class Judged(NamedTuple):
    """`ok`: no critical expectation failed. `failures`: critical ones first."""

    ok: bool
    failures: list[Failure]


def judged(failures: list[Failure]) -> Judged:
    """The verdict these failures amount to."""
    critical = [one for one in failures if one.severity == "critical"]
    return Judged(ok=not critical, failures=critical + [one for one in failures if one not in critical])
