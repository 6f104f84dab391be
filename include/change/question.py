"""What a human is asked: a Markdown body made from the stored plan alone, hostile text made harmless."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from include.change.overlaps import RISKS
from include.change.text import differences, markdown
from include.core.changes import Change, ChangePlan

TOP = 10
"""How many of the riskiest, and of the dearest, are shown; the plan's page has all."""


@dataclass(frozen=True)
class Question:
    """`asked`: the policy's names of those whose answer would count, and nobody else."""

    subject: str
    body: str
    asked: list[str]


def write(
    plan: ChangePlan, *, asked: list[str], link: str | None, until: datetime, signed: tuple[str, ...]
) -> Question:
    """The question about one plan. `signed`: who has approved this same digest already."""
    dearest = sorted(plan.changes, key=lambda c: (c.saving_usd_month is None, -(c.saving_usd_month or 0)))
    riskiest = sorted(plan.changes, key=lambda c: (-RISKS[c.risk], c.inverse is not None))
    parts = [
        f"Plan `{plan.digest}`",
        _totals(plan),
        f"[Every change, before and after]({link})" if link else "",
        _rules(plan, until, signed),
        "### The riskiest",
        _table(riskiest[:TOP]),
        "### The dearest",
        _table(dearest[:TOP]),
    ]
    count = len(plan.changes)
    subject = (
        f"{plan.domain}: {count} change{'s' * (count != 1)}, {_money(plan)} per month [{plan.digest[:12]}]"
    )
    return Question(subject, "\n\n".join(part for part in parts if part) + "\n", asked)


def _totals(plan: ChangePlan) -> str:
    shapes = {
        "changes": len(plan.changes),
        "high risk": sum(c.risk == "high" for c in plan.changes),
        "destructive": sum(c.destructive for c in plan.changes),
        "without a way back": sum(c.inverse is None for c in plan.changes),
        "with a restart": sum(c.restart_needed for c in plan.changes),
        "saving per month": _money(plan),
    }
    head = "| " + " | ".join(shapes) + " |"
    rule = "|" + " --- |" * len(shapes)
    return "\n".join((head, rule, "| " + " | ".join(str(value) for value in shapes.values()) + " |"))


def _rules(plan: ChangePlan, until: datetime, signed: tuple[str, ...]) -> str:
    lines = [f"Answer by {until:%Y-%m-%d %H:%M} UTC; silence is Reject. A comment is required."]
    if signed:
        names = ", ".join(markdown(name) for name in signed)
        lines.append(f"{names} has approved it. A second person approves the same plan as it is, or rejects.")
    else:
        lines.append("Ids you leave out are not applied; the rest becomes a plan of its own.")
    if plan.requester:
        lines.append(f"Asked for by {markdown(plan.requester)}.")
    return "\n".join(f"- {line}" for line in lines)


def _table(changes: Iterable[Change]) -> str:
    rows = ["| id | action | resource | risk | USD/month | what changes | why |", "|" + " --- |" * 7]
    for change in changes:
        name = change.name or change.resource_id
        shown = f"{name} ({change.resource_id})" if name != change.resource_id else name
        place = f"{change.account_id}/{change.region} {change.environment or 'untagged'}"
        cells = [
            f"`{change.change_id}`",
            markdown(change.action),
            f"{markdown(shown, 120)}, {markdown(place)}",
            change.risk + (", no way back" if change.inverse is None else ""),
            "unknown" if change.saving_usd_month is None else f"{change.saving_usd_month:,.2f}",
            markdown("deleted" if change.after is None else differences(change.before, change.after), 160),
            markdown(change.reason, 200),
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _money(plan: ChangePlan) -> str:
    known = f"USD {plan.saving_usd_month.quantize(Decimal('0.01')):,}"
    return f"{known} (and {plan.unpriced} unpriced)" if plan.unpriced else known
