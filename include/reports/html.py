"""Jinja2 for every page: autoescaped whatever the template is called, and the same words everywhere."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from include.reports.cost import CostReport
from include.reports.quantities import day, mase, quantity, within

MOST_ROWS = 5_000
"""Findings shown in the page; the files beside it hold all of them."""

_WORDS = {
    "sign_off": "sign-off",
    "awaiting_sign_off": "awaiting sign-off",
    "two_person": "two people",
    "auto": "nobody",
    "forbid": "forbidden",
}
_TONES = {
    "good": ("applied", "verified", "signed_off", "Approve", "PASS", "sound"),
    "wait": ("awaiting_sign_off", "waiting_at_gate", "applying", "claimed", "partly_applied", "FAIL"),
    "bad": ("failed", "unknown", "rejected", "Reject"),
}
_TONE = {state: tone for tone, states in _TONES.items() for state in states}


def usd(value: Decimal | float | None) -> str:
    """`$1,234.50`; a value that is not known is `unknown`, never 0."""
    if value is None:
        return "unknown"
    return f"-${-value:,.2f}" if value < 0 else f"${value:,.2f}"


def when(value: datetime | str | None) -> str:
    """`2026-11-22 21:30 UTC`."""
    if value is None:
        return "never"
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def iso(value: datetime | date | str | None) -> str:
    """For `<time datetime>`."""
    return value.isoformat() if isinstance(value, date) else value or ""


def words(state: str | None) -> str:
    """`awaiting_sign_off` as people say it."""
    return _WORDS.get(state or "", (state or "").replace("_", " "))


def tone(state: str | None) -> str:
    """Which of four looks a state has; the word itself is always shown too."""
    return _TONE.get(state or "", "idle")


def short(digest: str | None) -> str:
    """The first 12 characters of a hash: enough to find it, and what people compare."""
    return (digest or "")[:12]


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def many(count: int, one: str, several: str | None = None) -> str:
    """`1 finding`, `12 findings`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def fields(content: str | Mapping[str, Any] | None) -> dict[str, str]:
    """A JSON object as label and text; what is no object stands as it is."""
    try:
        found = json.loads(content) if isinstance(content, str) else content or {}
    except json.JSONDecodeError:
        found = content
    if not isinstance(found, Mapping):
        return {"value": str(found)}
    return {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in found.items()}


def breakable(name: str) -> Markup:
    """A long snake_case name that may wrap after its underscores."""
    return Markup("_<wbr>").join(escape(part) for part in name.split("_"))


@cache
def environment() -> Environment:
    """Templates of the reports and, below `pages/`, of the pages in Airflow."""
    jinja = Environment(
        loader=PackageLoader("include.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update({
        one.__name__: one for one in (usd, when, iso, words, tone, short, share, many, fields, breakable)
    })
    jinja.filters.update({one.__name__: one for one in (quantity, mase, day, within)})
    jinja.tests["digest"] = re.compile(r"[0-9a-f]{64}").fullmatch
    jinja.globals["script_hash"] = script_hash
    return jinja


@cache
def script_hash(template: str) -> str:
    """The CSP source that allows exactly the script of this template inline, and no other."""
    return csp_source(environment().get_template(template).render())


def csp_source(script: str) -> str:
    """An inline script as a CSP hash source (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def render(report: CostReport) -> str:
    """The whole report as one HTML document that needs nothing else."""
    from include.reports import charts, figures
    from include.reports.export import ordered
    from include.reports.outcomes import Outcomes
    from include.reports.services import service

    rows = figures.weighed(report.findings)
    names = report.accounts
    outcomes = Outcomes(report)
    shown = [
        row | {"outcome": outcomes.of(row), "service": service(row["resource_type"] or "").short}
        for row in ordered(report.findings).head(MOST_ROWS).iter_rows(named=True)
    ]
    drawn = [charts.savings_by_service(report.findings, names), charts.verdicts_by_check(report.counts)]
    return (
        environment()
        .get_template("cost.html")
        .render(
            report=report,
            names=names,
            total=figures.total(rows),
            by_service=figures.by(rows, "service"),
            by_account=figures.by(rows, "account_id"),
            progress=outcomes.progress(),
            charts=[chart for chart in drawn if chart],
            counts=_counts(report),
            findings=shown,
            not_shown=report.findings.height - len(shown),
            unknown=report.findings.filter(status="UNKNOWN").height,
            exempt=figures.exempt(report.findings),
            exemptions=report.exemptions.rows(named=True),
            gap_groups=figures.gap_groups(report.gaps),
            unknown_groups=figures.unknown_groups(report.findings),
            prices=figures.price_bases(report.findings),
            left_out=sorted(report.left_out),
        )
    )


def _counts(report: CostReport) -> list[dict[str, Any]]:
    """One row per check, one column per status."""
    wide: dict[str, dict[str, Any]] = {}
    for row in report.counts.sort("check_id", "status").iter_rows(named=True):
        line = wide.setdefault(row["check_id"], {"check_id": row["check_id"]})
        line[row["status"]] = line.get(row["status"], 0) + row["n"]
    return list(wide.values())
